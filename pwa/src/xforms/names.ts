/** The namespace of what JavaRosa adds to XForms. */
export const XFORMS_JR = 'http://openrosa.org/javarosa';
