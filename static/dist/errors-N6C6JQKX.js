var c=class{constructor(t){t.focus()}};export{c as default};
