import { waitUntil } from '../support/waiting.ts'
import type { Follower } from './follower.ts'
import { FOLLOWED } from './promise.ts'
import { changeId, type Stored } from './stored.ts'
import type { Verdict } from './verdict.ts'

/** Every five seconds everybody looks around, and then there may be some pages to read. */
const CATCH_UP_MILLISECONDS = 15_000

/** Compares what each follower got with the feed, once it has had the time to get it. */
export async function checkFollowers(
  followers: readonly Follower[],
  stored: Stored,
  timesBehind: number,
  verdict: Verdict,
): Promise<void> {
  await Promise.all(followers.map((follower) => check(follower, stored, timesBehind, verdict)))
}

async function check(
  follower: Follower,
  { changes }: Stored,
  timesBehind: number,
  verdict: Verdict,
): Promise<void> {
  const { name, organization } = follower.options
  const expected = changes
    .filter(({ position }) => position !== null)
    .filter(
      ({ organizations }) => organization === undefined || organizations.includes(organization),
    )
    .map(changeId)
  // A length that fits is no proof: what is lost may be among them, and the rest yet to come.
  const differsAt = () => {
    const { ids } = follower
    const index = expected.findIndex((id, at) => ids[at] !== id)
    return index === -1 ? undefined : index
  }
  await waitUntil(CATCH_UP_MILLISECONDS, () => differsAt() === undefined, 100)
  const index = differsAt()
  verdict.expect(FOLLOWED, index === undefined, () => {
    const found = follower.ids
    const place = expected.indexOf(found[index ?? 0] ?? '')
    const what =
      index === found.length
        ? `it has ${found.length} changes, and waits for ${expected.length - found.length} more`
        : place === -1
          ? 'there it has a change that is not in the feed'
          : `there it has the change ${place + 1}`
    return `the ${name} is wrong from change ${(index ?? 0) + 1} of ${expected.length} on: ${what}`
  })
  verdict.expect(FOLLOWED, timesBehind > 0 || follower.timesTold === 0, () => {
    return `the ${name} was told to begin anew, and nothing was lost`
  })
  if (index !== undefined) follower.beginAnew()
}
