/** The styles of questionnaires: they come with the first one, not with the app's own first page. */

import href from './questionnaire.css?url';

/** Links them, once. */
export function linkStyles(): void {
  if (document.head.querySelector(`link[href="${href}"]`)) return;
  const link = document.createElement('link');
  link.rel = 'stylesheet';
  link.href = href;
  document.head.append(link);
}
