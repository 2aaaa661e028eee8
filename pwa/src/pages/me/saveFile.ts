/** How long the browser may take to begin the download before the address is taken back, ms. */
const KEPT_MS = 60_000;

/** Hands a file to the browser's downloads, made on this phone, without the network. */
export function saveFile(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  window.setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, KEPT_MS);
}
