// What somebody drops or picks, as a flat list: {file, path}, path being the folders above it, "" for none.

/** A directory is read a hundred names at a time. */
async function namesIn(directory) {
  const reader = directory.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    found.push(...some);
  }
}

async function walk(entry, path, found) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject));
    found.files.push({ file, path });
    return;
  }
  const inside = path ? `${path}/${entry.name}` : entry.name;
  const entries = await namesIn(entry);
  if (!entries.length) found.emptyFolders.push(inside);
  for (const each of entries) await walk(each, inside, found);
}

/** Files and empty folders of a drop. The entries must be asked for before the event is over. */
export async function fromDrop({ items }) {
  const entries = [...items].map((item) => item.kind === "file" && item.webkitGetAsEntry()).filter(Boolean);
  const found = { files: [], emptyFolders: [] };
  for (const entry of entries) await walk(entry, "", found);
  return found;
}

/** Files of an input; of one that takes folders each file names its way. */
export function fromInput(files) {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath.split("/").slice(0, -1).join("/") }));
}
