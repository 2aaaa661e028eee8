/** Texts of sign-in, 我的 and 同步 (zh-CN). */
export default {
  'login.account': '账号',
  'login.password': '密码',
  'login.submit': '登录',
} as const;
