/** Texts of Me and Sync (en). */
export default {
  'me.account': 'Account',
  'me.roles': 'Roles',
  'me.unit': 'Unit',
  'me.contactPoint': 'Contact point',
  'me.contactPointNone': 'None assigned yet',
  'me.since': 'since {day}',
  'me.data': 'Data',
  'me.sync': 'Sync',
  'me.drafts': 'Unfinished entries',
  'me.draft': 'Entry of {day}',
  'me.draftStored': 'stored {time}',
  'me.offline': 'Opens offline',
  'me.offlineReady': 'The app is on this device and opens without a network',
  'me.offlinePending': 'Storing the app on this device…',
  'me.lease': 'Offline until',
  'me.leaseOver':
    'No contact with the server for over 30 days: data on this device can’t be read for now; what you write is still kept. Go online and sign in again.',
  'me.install': 'Add to home screen',
  'me.installWhy': 'It opens like any other app, and the browser keeps its data longer.',
  'me.installIos':
    'Tap “Share” at the bottom of Safari, then “Add to Home Screen”. Its data is then kept longer.',
  'me.look': 'Display',
  'me.language': 'Language',
  'me.languageZh': '中文',
  'me.languageEn': 'English',
  'me.large': 'Large text',
  'me.theme': 'Appearance',
  'me.themeAuto': 'As the system',
  'me.themeLight': 'Light',
  'me.themeDark': 'Dark',
  'me.others': 'This device holds unsent work of other accounts',
  'me.other': '{name} ({login}): {n}. Ask them to sign in here and send it before signing out.',
  'me.signOut': 'Sign out',
  'me.signOutAsk': 'Sign out?',
  'me.signOutHelp':
    'All households, entries and other data on this device will be erased; what was uploaded stays on the server.',
  'me.unsent': 'Not yet: {n} items are only on this phone',
  'me.unsentHelp':
    'Signing out erases this device, and these items with it. Go online and sync first; save or delete unfinished entries. Without any network, export the unsent data and give it to the administrator.',
  'me.unsentSync': 'Go to sync',
  'me.version': 'Version {version}',

  'sync.now': 'Sync now',
  'sync.running': 'Syncing…',
  'sync.export': 'Export unsent data',
  'sync.exportFile': 'minqing-unsent-{day}.json',
  'sync.exported': 'Exported {file}',
  'sync.state': 'Now',
  'sync.lastTime': 'Last sync',
  'sync.never': 'Never',
  'sync.retryAt': 'tries again at {time}',
  'sync.unsent': 'To send',
  'sync.photos': '{n} photos to upload',
  'sync.photosHelp':
    'Photos go after the words and go on where they were interrupted. Please don’t clear the browser’s data before.',
  'sync.photosRefused': 'The server did not take {n} of them; they are tried again tomorrow.',
  'sync.unsentNone': 'Nothing waits to be sent',
  'sync.sent': 'Delivered, to be confirmed',
  'sync.local': 'On this device only',
  'sync.changed': 'Changed: {fields}',
  'sync.more': '{n} more',
  'sync.oldest': 'The oldest is of {time}',
  'sync.quarantined': 'Not accepted by the server',
  'sync.quarantinedHelp': 'Everything is kept, nothing is lost. Please do as said below.',
  'sync.field': 'Field: {field}',
  'sync.resend': 'Correct and send again',
  'sync.seen': 'Understood',
  'sync.drop': 'No longer needed',
  'sync.dropAsk': 'Is this no longer needed?',
  'sync.dropHelp': 'It will not go into the record; the original stays on the server.',
  'sync.dropped': 'Settled, kept on this device',
  'sync.handover.taken': '{name} took it over; it is in the record. {note}',
  'sync.handover.declined': '{name} declined: {note}',
  'sync.advice.handed_over':
    'This grid is another’s now. All of it was passed on to its present cadre and the supervisor, who take it or decline.',

  'sync.error.offline': 'No network, or the server did not answer. Sending goes on by itself.',
  'sync.error.captive_portal':
    'This Wi-Fi wants a sign-in first. Do that in the browser, or use mobile data.',
  'sync.error.bad_answer': 'The server’s answer was incomplete; it is tried again by itself.',
  'sync.error.server': 'The server had an error; it is tried again. Everything is on this device.',
  'sync.error.busy': 'The server is busy; it is tried again by itself.',
  'sync.error.signed_out': 'You were signed out; sign in again and sending goes on.',
  'sync.error.other_account':
    'This browser is signed in as somebody else; sign in to your own account again.',
  'sync.error.device_taken':
    'This device’s number belongs to another account. Export the unsent data and give it to the administrator.',
  'sync.error.sequence_gap':
    'The server lacks items that this device no longer has (its data may have been cleared). Export the unsent data and ask the administrator.',
  'sync.error.too_large': 'One item is too large for the server. Shorten it and save again.',
  'sync.error.refused':
    'The server refused this sync. Export the unsent data and ask the administrator.',
  'sync.error.quota': 'The phone is out of space. Delete some photos or apps, then sync.',
  'sync.error.blocked': 'Another tab still has an older version of the app open; close it.',
  'sync.error.storage':
    'The database on this device cannot be opened. Open the app again, or ask the administrator.',

  'sync.advice.invalid_field': 'Open this record, mend the field and save it again.',
  'sync.advice.scope_unknown': 'This grid is not yours. Give the original to the administrator.',
  'sync.advice.not_allowed':
    'Your role may not change this record. Give the original to the administrator.',
  'sync.advice.unknown_type':
    'The server is older than this app and does not know this kind yet. Ask the administrator to upgrade it.',
  'sync.advice.other': 'Give the original to the administrator.',

  'sync.import': 'Import what another device exported',
} as const;
