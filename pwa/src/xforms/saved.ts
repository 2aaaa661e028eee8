/** The state of a form as `Form.save` wrote it. */

import { FormError } from './definition';
import { parseXml, type XmlElement } from './xml';

export interface Saved {
  readonly language: string | undefined;
  readonly instance: XmlElement;
}

/** Throws FormError for anything else. */
export function readSaved(text: string): Saved {
  try {
    const { language, instance } = JSON.parse(text) as { language?: unknown; instance: string };
    return {
      language: typeof language === 'string' ? language : undefined,
      instance: parseXml(instance),
    };
  } catch (error) {
    throw new FormError(`the saved answers can't be read: ${String(error)}`);
  }
}
