// Joins elements that carry data-module="name other-name" to the classes in js/name.js.
import { modules } from "modules:all";

const bound = new WeakMap();
const classes = new Map();

async function load(name) {
  if (classes.has(name) || !modules[name]) return;
  const { default: Module } = await modules[name]();
  classes.set(name, Module);
}

/** What has been loaded is joined at once: a page that shows it hears every key and click from the first. */
function join(element, name) {
  const instances = bound.get(element) ?? new Map();
  bound.set(element, instances);
  if (instances.has(name) || !modules[name]) return undefined;
  instances.set(name, null);
  const make = () => instances.set(name, new (classes.get(name))(element));
  return classes.has(name) ? make() : load(name).then(make);
}

function within(root) {
  const inside = [...root.querySelectorAll("[data-module]")];
  return root.matches?.("[data-module]") ? [root, ...inside] : inside;
}

const namesOf = (element) => element.dataset.module.split(/\s+/).filter(Boolean);

/** Loads the classes that root will need. What is shown after that is bound by bind() in the same moment. */
export function prepare(root) {
  return Promise.all(within(root).flatMap(namesOf).map(load));
}

/** Binds everything inside root that is not bound yet. Resolves when all classes have loaded. */
export function bind(root = document) {
  return Promise.all(within(root).flatMap((element) => namesOf(element).map((name) => join(element, name))));
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
