/** Namespaces of forms. */
export const XFORMS = 'http://www.w3.org/2002/xforms';
export const XFORMS_JR = 'http://openrosa.org/javarosa';
