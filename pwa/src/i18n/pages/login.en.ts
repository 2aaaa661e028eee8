/** Texts of sign-in and of passwords (en). */
export default {
  'login.account': 'Account',
  'login.password': 'Password',
  'login.submit': 'Sign in',
  'login.busy': 'Signing in…',
  'login.lead': 'Sign in once; it then opens without a signal for 30 days.',
  'login.again': 'You were signed out. What waits is sent after you sign in again.',
  'login.wrong': 'Account or password is wrong',
  'login.offline':
    'There is no network. Signing in needs it; a phone that was signed in opens offline for 30 days.',
  'login.tooMany': 'Too many attempts; try again in {minutes} min.',
  'login.missing': 'Enter account and password',
  'login.storage':
    'The browser keeps this page from storing data (private mode, full or cleared storage). Use a normal window, or free some space, and open it again.',
  'login.evicted':
    'The browser has cleared what was kept on this device. Nothing was unsent; it is downloaded again after you sign in.',
  'login.evictedUnsent':
    'The browser has cleared what was kept on this device; {n} items were not sent yet and are gone from here. If you have exported a file, import it under Sync after signing in.',
  'login.blocked':
    'Another tab still has an older version of the app open. Close it, and this page opens.',
  'login.mustChange': 'Somebody else gave you this password; change it to one of your own first.',

  'password.show': 'Show',
  'password.hide': 'Hide',
  'password.title': 'Change password',
  'password.old': 'Old password',
  'password.new': 'New password',
  'password.rule': 'At least 8 characters, and not the account’s name.',
  'password.again': 'New password again',
  'password.differ': 'The two new passwords differ',
  'password.tooShort': 'The new password needs at least 8 characters',
  'password.missing': 'Enter the old password',
  'password.submit': 'Change password',
  'password.done': 'Password changed',
} as const;
