const underWay = new WeakSet();

/**
 * Does what a form is for, once at a time. Its button says so meanwhile but stays enabled: a disabled one would lose
 * the focus. Resolves as act does, with undefined where the form is on its way already.
 */
export async function once({ form, button }, act) {
  if (underWay.has(form)) return undefined;
  underWay.add(form);
  button?.setAttribute("aria-disabled", "true");
  try {
    return await act();
  } finally {
    underWay.delete(form);
    button?.removeAttribute("aria-disabled");
  }
}
