/** Texts of the cadre's pages (en). Keys are flat and begin with the page's name; both languages hold the same keys. */
export default {} as const;
