/** Keys with one of these held belong to the browser: Alt and an arrow lead back, Ctrl and Home to the top. */
export const holdsMore = ({ altKey, ctrlKey, metaKey }) => altKey || ctrlKey || metaKey;
