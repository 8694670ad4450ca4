import type { EpochMilliseconds } from '../core/instant.ts'
import type { persons } from '../person/table.ts'
import { dateOf } from './calendar.ts'
import type { Random } from './random.ts'
import { EMAIL_DOMAINS, FIRST_NAMES, LAST_NAMES } from './vocabulary/person.ts'
import type { Charity } from './world.ts'

type PersonRow = typeof persons.$inferSelect

/** A person who pledges, and the row to write where they are new. */
export interface Donor {
  readonly uuid: string
  readonly newRow: PersonRow | null
}

const RETURN_PROBABILITY = 0.09
const MOST_PLEDGES = 3
// However many donors there are, only the latest ones of each charity are remembered.
const REMEMBERED_PER_CHARITY = 60

/** How often each optional detail of a person is known. */
interface Completeness {
  readonly firstName: number
  readonly email: number
  readonly phoneNumber: number
}

const USUAL_COMPLETENESS: Completeness = { firstName: 0.95, email: 0.82, phoneNumber: 0.9 }
const FULL_COMPLETENESS: Completeness = { firstName: 1, email: 1, phoneNumber: 1 }

interface Remembered {
  readonly uuid: string
  pledges: number
}

/** Finds somebody for each pledge: mostly somebody new, now and then a donor who pledged before. */
export class DonorBook {
  readonly #random
  readonly #rememberedByCharity = new Map<Charity, Remembered[]>()

  constructor(random: Random) {
    this.#random = random
  }

  /** The donor of a pledge to a charity at that instant. */
  find(charity: Charity, at: EpochMilliseconds): Donor {
    const remembered = this.#rememberedOf(charity)
    if (remembered.length > 0 && this.#random.isLucky(RETURN_PROBABILITY)) {
      const index = this.#random.integer(0, remembered.length - 1)
      const donor = remembered[index]
      if (donor) {
        donor.pledges += 1
        if (donor.pledges === MOST_PLEDGES) remembered.splice(index, 1)
        return { uuid: donor.uuid, newRow: null }
      }
    }
    const newRow = createPerson(this.#random, charity, at, USUAL_COMPLETENESS)
    remembered.push({ uuid: newRow.uuid, pledges: 1 })
    if (remembered.length > REMEMBERED_PER_CHARITY) remembered.shift()
    return { uuid: newRow.uuid, newRow }
  }

  /** A new donor of whom everything is known, and who pledges only once. */
  introduce(charity: Charity, at: EpochMilliseconds): Donor {
    const newRow = createPerson(this.#random, charity, at, FULL_COMPLETENESS)
    return { uuid: newRow.uuid, newRow }
  }

  #rememberedOf(charity: Charity): Remembered[] {
    const known = this.#rememberedByCharity.get(charity)
    if (known) return known
    const remembered: Remembered[] = []
    this.#rememberedByCharity.set(charity, remembered)
    return remembered
  }
}

function createPerson(
  random: Random,
  charity: Charity,
  at: EpochMilliseconds,
  completeness: Completeness,
): PersonRow {
  const firstName = random.pickEarly(FIRST_NAMES)
  const lastName = random.pickEarly(LAST_NAMES)
  return {
    uuid: random.uuid(),
    owningOrganizationUuid: charity.uuid,
    firstName: random.isLucky(completeness.firstName) ? firstName : null,
    lastName,
    email: random.isLucky(completeness.email) ? emailOf(random, firstName, lastName) : null,
    phoneNumber: random.isLucky(completeness.phoneNumber) ? phoneNumber(random) : null,
    createdAt: dateOf(at),
    updatedAt: dateOf(at),
    erasedAt: null,
  }
}

function emailOf(random: Random, firstName: string, lastName: string): string {
  const first = random.isLucky(0.4) ? firstName.slice(0, 1) : firstName
  const digits = random.isLucky(0.6) ? String(random.integer(1, 99)) : ''
  return `${asciiOf(first)}.${asciiOf(lastName)}${digits}@${random.pick(EMAIL_DOMAINS)}`
}

function asciiOf(name: string): string {
  return name
    .toLowerCase()
    .normalize('NFD')
    .replaceAll('ı', 'i')
    .replaceAll(/[^a-z]/g, '')
}

/** A Dutch mobile number in a range (06 00) that no provider has been given. */
function phoneNumber(random: Random): string {
  return `+31600${String(random.integer(0, 999_999)).padStart(6, '0')}`
}
