import {
  createPrivateKey,
  createPublicKey,
  createSign,
  createVerify,
  hash,
  type KeyObject,
} from 'node:crypto';

/** The user id that GB/T 35276 sets where nothing else was agreed. */
const USER_ID = Buffer.from('1234567812345678');
/** a, b and the base point of the curve sm2p256v1 (GB/T 32918.5). */
const CURVE = Buffer.from(
  [
    'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc',
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93',
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7',
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
  ].join(''),
  'hex',
);
/** x and y at the end of an uncompressed SubjectPublicKeyInfo. */
const POINT_BYTES = 64;

/**
 * SM2 with SM3 and the standard user id (GB/T 32918.2); the signature is DER. Keys are read anew from PEM: as they
 * come from the generator, OpenSSL 3.5 takes them for plain ECDSA.
 */
export function signSm2(data: Uint8Array, privateKey: KeyObject): Buffer {
  const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }));
  return createSign('sm3')
    .update(identity(createPublicKey(key)))
    .update(data)
    .sign(key);
}

export function verifySm2(data: Uint8Array, publicKey: KeyObject, signature: Uint8Array): boolean {
  const key = createPublicKey(publicKey.export({ type: 'spki', format: 'pem' }));
  return createVerify('sm3').update(identity(key)).update(data).verify(key, signature);
}

/** Z, which binds a signature to the signer: OpenSSL leaves it to the caller where the digest is streamed. */
function identity(publicKey: KeyObject): Buffer {
  const point = publicKey.export({ type: 'spki', format: 'der' }).subarray(-POINT_BYTES);
  const bits = Buffer.of(0, USER_ID.length * 8);
  return hash('sm3', Buffer.concat([bits, USER_ID, CURVE, point]), 'buffer');
}
