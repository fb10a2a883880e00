/**
 * Puts single questions together into calls of up to most. A call leaves when a short moment has passed and the one
 * before it is back: the busier it gets, the fuller the calls.
 */
export class Gather {
  constructor(call, { most = 100, moment = 25 } = {}) {
    Object.assign(this, { call, most, moment, waiting: [], away: false, timer: null });
  }

  /** Resolves with the answer to this one item, whatever becomes of the others. */
  ask(item) {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.timer ??= setTimeout(() => this.#leave(), this.moment);
    });
  }

  async #leave() {
    this.timer = null;
    if (this.away || !this.waiting.length) return;
    this.away = true;
    const group = this.waiting.splice(0, this.most);
    try {
      const answers = await this.call(group.map(({ item }) => item));
      group.forEach(({ resolve }, i) => resolve(answers[i]));
    } catch (error) {
      group.forEach(({ reject }) => reject(error));
    } finally {
      this.away = false;
      this.#leave();
    }
  }
}
