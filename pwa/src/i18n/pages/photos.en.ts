/** Texts of photos (en). */
export default {
  'photos.add': 'Add photos',
  'photos.hint':
    'No photo is needed. At most {most}; each is made smaller, and where it was taken is removed.',
  'photos.working': 'Preparing {n}…',
  'photos.tooMany': 'At most {most}; the others were not added.',
  'photos.one': 'Photo {n}',
  'photos.nth': 'Photo {n}/{total}',
  'photos.open': 'View large: photo {n}',
  'photos.drop': 'Remove photo {n}',
  'photos.dropShort': 'Remove',
  'photos.caption': 'Caption',
  'photos.previous': 'Previous',
  'photos.next': 'Next',
  'photos.close': 'Close',
  'photos.missing': 'The photo is on the phone of {name} and not uploaded yet',
  'photos.missingHere': 'The photo is not uploaded yet',
  'photos.offline': 'This photo can be seen once you are online',
  'photos.error.quota': 'The phone is full, so the photo was not kept. Words are not affected.',
  'photos.error.notKept':
    'The photo could not be stored on this device; the words are safe. Free some space and add it again.',
  'photos.error.tooLarge': 'The file is too large.',
  'photos.error.noPicture': 'This file is not a photo that can be opened.',
} as const;
