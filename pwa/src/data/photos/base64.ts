/** In place of `js-base64`, which tus-js-client brings: its metadata is ASCII here. */
export const Base64 = { encode: (text: string): string => btoa(text) };
