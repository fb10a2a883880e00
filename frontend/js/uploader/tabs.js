const PATIENCE = 150;

/** Other tabs of this browser: what one of them is sending is not an interrupted upload. */
export class Tabs {
  /** mine() names the uploads of this tab; opened() is told when another tab of the drive has been opened. */
  constructor({ mine, opened }) {
    this.heard = new Set();
    this.channel = new BroadcastChannel("drive-uploads");
    this.channel.addEventListener("message", ({ data }) => {
      if (!data.who) return data.mine.forEach((key) => this.heard.add(key));
      this.channel.postMessage({ mine: mine() });
      opened();
    });
  }

  /** Keys and ids of the uploads that live in other tabs. */
  async busy() {
    this.channel.postMessage({ who: true });
    await new Promise((resolve) => setTimeout(resolve, PATIENCE));
    return this.heard;
  }
}
