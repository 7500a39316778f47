// The Hall's cursors: see api/encryption/opaque.py.

import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'

const key = createHmac('sha256', '').update('opaque row numbers').digest()
const [encryption, decryption] = [createCipheriv, createDecipheriv].map(create =>
  create('aes-256-ecb', key, null).setAutoPadding(false)
)
const kind = createHash('sha256').update('people').digest().subarray(0, 8)

/** @param {string | null} after */
export const position = after =>
  after === null ? 0 : Number(decryption.update(Buffer.from(after, 'base64url')).readBigUInt64BE(8))

/** @param {number | string} row */
export const cursor = row => {
  const block = Buffer.concat([kind, Buffer.alloc(8)])
  block.writeBigUInt64BE(BigInt(row), 8)
  return encryption.update(block).toString('base64url')
}
