/** Which files a form needs beside itself before it can be opened: lists of choices in XML or CSV. */

const INSTANCE = /<(?:\w+:)?instance\b[^>]*?\ssrc\s*=\s*["'](jr:\/\/[^"'<>]{1,500})["']/g;

/** Their addresses as the form writes them, such as `jr://file-csv/wards.csv`. */
export function resourcesOf(xml: string): string[] {
  const found = [...xml.matchAll(INSTANCE)].map(([, src = '']) => src);
  return [...new Set(found)].filter((src) => !src.endsWith('/last-saved'));
}

/** The name of the file that an address means. */
export const fileNameOf = (src: string): string => src.replace(/^.*\//, '');
