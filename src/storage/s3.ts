import { posix } from 'node:path'
import { S3Client } from '@aws-sdk/client-s3'
import { Disk } from 'flydrive'
import { S3Driver } from 'flydrive/drivers/s3'
import { SIGNATURE_LINK_SECONDS } from '../signature/rules.ts'
import { type Storage, stored } from './storage.ts'

export interface BucketOptions {
  readonly bucket: string
  /** What every key in the bucket begins with; none where it is empty. */
  readonly prefix: string
  /** Whether the bucket is named in the path and not in the host, as most services other than AWS want it. */
  readonly hasPathStyle: boolean
  /** For how long each try may take. */
  readonly requestTimeoutMilliseconds?: number
}

const CONNECT_TIMEOUT_MILLISECONDS = 3_000
const REQUEST_TIMEOUT_MILLISECONDS = 5_000

/** Files in an S3 bucket. The AWS SDK finds region, credentials and endpoint in its own environment. */
export function openBucket({
  bucket,
  prefix,
  hasPathStyle,
  requestTimeoutMilliseconds = REQUEST_TIMEOUT_MILLISECONDS,
}: BucketOptions): Storage {
  const client = new S3Client({
    forcePathStyle: hasPathStyle,
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MILLISECONDS,
      requestTimeout: requestTimeoutMilliseconds,
      // Otherwise it only logs a warning, and waits on.
      throwOnRequestTimeout: true,
    },
  })
  // Buckets have no access lists of their own any more, unless somebody asks for them.
  const disk = new Disk(new S3Driver({ client, bucket, visibility: 'private', supportsACL: false }))
  const place = (key: string) => posix.join(prefix, key)
  return {
    put: (key, bytes, contentType) => stored(() => disk.put(place(key), bytes, { contentType })),
    delete: (key) => stored(() => disk.delete(place(key))),
    // It is S3 that reads the link, by its own clock: signed at any other instant it would not be valid.
    linkTo: (key) =>
      stored(() => disk.getSignedUrl(place(key), { expiresIn: SIGNATURE_LINK_SECONDS })),
  }
}
