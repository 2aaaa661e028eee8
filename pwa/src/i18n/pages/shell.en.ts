/** Texts of sign-in, Me and Sync (en). */
export default {
  'login.account': 'Account',
  'login.password': 'Password',
  'login.submit': 'Sign in',
} as const;
