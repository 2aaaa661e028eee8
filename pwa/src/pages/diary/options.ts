import { code } from '@/i18n';

/** Returns codes with their names, for the choices of a form. */
export function optionsOf(
  enumeration: string,
  codes: readonly string[],
): { value: string; label: string }[] {
  return codes.map((value) => ({ value, label: code(enumeration, value) }));
}
