/** The seal of an anonymous answer: HPKE (RFC 9180) to the round's key, so that not even this phone opens it [Q3]. */

import { AEAD_AES_128_GCM, CipherSuite, KDF_HKDF_SHA256, KEM_DHKEM_P256_HKDF_SHA256 } from 'hpke';
import { info, pad } from '../../../../sync/anonymous';
import { canonicalJson } from '../../../../sync/canonical';

/** All that the server will ever know of an anonymous answer, besides its round. */
export interface AnonymousAnswer {
  readonly unit: string;
  readonly week: string;
  readonly via: 'cadre' | 'self' | 'paper';
  /** The submission, as XML. */
  readonly answers: string;
}

export const SUITE = new CipherSuite(KEM_DHKEM_P256_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_128_GCM);

/** The answer, padded and sealed. `publicKey` is the round's, as base64url. */
export async function sealAnswer(
  answer: AnonymousAnswer,
  publicKey: string,
  roundId: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const content = pad(new TextEncoder().encode(canonicalJson({ ...answer })));
  const key = await SUITE.DeserializePublicKey(bytesOf(publicKey));
  const { encapsulatedSecret, ciphertext } = await SUITE.Seal(key, content, {
    info: info(roundId),
  });
  const sealed = new Uint8Array(encapsulatedSecret.length + ciphertext.length);
  sealed.set(encapsulatedSecret);
  sealed.set(ciphertext, encapsulatedSecret.length);
  return sealed;
}

function bytesOf(base64url: string): Uint8Array {
  const text = atob(base64url.replace(/-/g, '+').replace(/_/g, '/'));
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}
