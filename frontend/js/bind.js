// Joins elements that carry data-module="name other-name" to the classes in js/name.js.
import { modules } from "modules:all";

const bound = new WeakMap();

async function join(element, name) {
  const instances = bound.get(element) ?? new Map();
  bound.set(element, instances);
  if (instances.has(name) || !modules[name]) return;
  instances.set(name, null);
  const { default: Module } = await modules[name]();
  instances.set(name, new Module(element));
}

function within(root) {
  const inside = [...root.querySelectorAll("[data-module]")];
  return root.matches?.("[data-module]") ? [root, ...inside] : inside;
}

/** Binds everything inside root that is not bound yet. Resolves when all classes have loaded. */
export function bind(root = document) {
  const names = (element) => element.dataset.module.split(/\s+/).filter(Boolean);
  return Promise.all(within(root).flatMap((element) => names(element).map((name) => join(element, name))));
}

/** Call before root leaves the page: each instance's optional disconnect() lets go of timers and listeners. */
export function release(root) {
  for (const element of within(root)) {
    for (const instance of bound.get(element)?.values() ?? []) instance?.disconnect?.();
    bound.delete(element);
  }
}

const lasting = new WeakMap();

/** The one instance of Class on an element that outlasts those who use it, such as a dialog beside <main>. */
export function lastingOf(element, Class) {
  if (!lasting.has(element)) lasting.set(element, new Class(element));
  return lasting.get(element);
}

/** The bound instance of a class on an element, or undefined. */
export function instanceOf(element, name) {
  return bound.get(element)?.get(name) ?? undefined;
}
