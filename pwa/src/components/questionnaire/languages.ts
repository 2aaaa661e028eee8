const RIGHT_TO_LEFT =
  /(^|[^a-z])(ar|fa|he|iw|ur|ug|ku|ckb|ps|sd|yi|dv)([^a-z]|$)|arab|persian|farsi|dari|hebrew|urdu|uyghur|uighur|pashto|sindhi|维吾尔|阿拉伯|[\u0590-\u08ff]/i;

/** Whether a language, by the name that a form gives it, is written from right to left. */
export const isRightToLeft = (name: string): boolean => RIGHT_TO_LEFT.test(name);
