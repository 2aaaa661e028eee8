/** Texts of the cadre's pages (zh-CN). Keys are flat and begin with the page's name; both languages hold the same keys. */
export default {} as const;
