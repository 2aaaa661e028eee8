/** The shell's texts in English; loaded only when chosen. Same keys as zh-CN.ts. */
export default {
  'app.name': 'Minqing',
  'app.skip': 'Skip to content',
  'app.reload': 'Open again',
  'app.failed': 'This page could not be opened',
  'app.failed.help':
    'What you wrote is still here. Open the app again; if that fails, export the unsent data under Me, Sync.',

  'nav.main': 'Main sections',
  'nav.today': 'Today',
  'nav.households': 'Homes',
  'nav.problems': 'Problems',
  'nav.surveys': 'Surveys',
  'nav.me': 'Me',
  'nav.review': 'Review',
  'nav.organisation': 'Units',
  'nav.rounds': 'Survey rounds',

  'title.login': 'Sign in',
  'title.today': 'Today',
  'title.households': 'Households',
  'title.household': 'Household',
  'title.diary': 'Visit diary',
  'title.diaryNew': 'New diary entry',
  'title.problems': 'Problem ledger',
  'title.problem': 'Problem',
  'title.problemNew': 'Report a problem',
  'title.conflicts': 'Conflicts',
  'title.handovers': 'Handovers',
  'title.me': 'Me',
  'title.sync': 'Sync',
  'title.rounds': 'Surveys',
  'title.review': 'Review',
  'title.reviewEntry': 'Review an entry',
  'title.surveys': 'Questionnaires',
  'title.organisation': 'Organisation',
  'title.forms': 'Questionnaires',
  'title.notFound': 'No such page',
  'notFound.text': 'The address may be wrong, or the page belongs to another role.',
  'notFound.home': 'Back to the start',
  'panes.list': 'List',
  'panes.choose': 'Choose an item on the left',

  'status.offline': 'Offline',
  'status.offlinePending': 'Offline · {n} to send',
  'status.syncing': 'Syncing {done}/{total}',
  'status.synced': 'Synced {time}',
  'status.pending': '{n} to send',
  'status.attention': '{n} need attention',
  'status.signedOut': 'Signed out',
  'status.signedOutPending': 'Signed out · {n} to send',
  'status.signInAgain': 'Sign in again',

  'action.save': 'Save',
  'action.cancel': 'Cancel',
  'action.confirm': 'OK',
  'action.retry': 'Try again',
  'action.back': 'Back',
  'action.more': 'More',
  'action.clear': 'Clear',

  'common.loading': 'Reading…',
  'common.yes': 'Yes',
  'common.no': 'No',
  'common.count': '{n} items',
  'common.today': 'Today',
  'common.asOf': 'Data as of {time}',
  'common.neverSynced': 'Never synced yet',

  'error.unknown': 'Something unforeseen went wrong. What you wrote is still here; try again.',
  'error.offline': 'There is no network now, and this step needs it.',
  'error.server': 'The server does not answer for the moment; try again a little later.',
  'error.field': '{field}: {message}',

  'combo.none': 'Nothing found for “{query}”',
  'combo.results': '{n} found',

  'update.offer': 'A new version is ready',
  'update.accept': 'Update',
  'update.later': 'Later',
  'update.taken': 'A new version is in use; open this page again to get it',

  'offlineHint.title': 'Does not open offline in this browser',
  'offlineHint.insecure':
    'This page was not opened by https, so the browser may not keep the app. Use an address that begins with https://; if there is none, ask the administrator to set up a certificate as the manual says.',
  'offlineHint.wechat':
    'Not available offline inside WeChat. Tap “···” at the top right, choose “Open in browser”, then sign in.',
  'offlineHint.iosInApp':
    'Pages inside an app cannot work offline. Copy the address, open it in Safari, then sign in.',
  'offlineHint.inApp':
    'Pages inside an app cannot work offline. Copy the address, open it in the system browser, then sign in.',
  'offlineHint.unsupported':
    'This browser (or its private mode) cannot keep the app. Use a normal window of the system browser, Chrome or Safari.',
  'offlineHint.untrusted':
    'The app was not kept on this device, most likely because its certificate is not trusted. Install and trust your organisation’s certificate on the phone, then open the page again.',
  'offlineHint.network':
    'The app is not on this device yet; open it once more while there is a network.',
} as const;
