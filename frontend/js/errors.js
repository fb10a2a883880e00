/** The summary of what is wrong in a form takes the focus when the page opens. */
export default class Errors {
  constructor(summary) {
    summary.focus();
  }
}
