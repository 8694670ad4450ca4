import type { CallStatus, CallType } from '../../call/rules.ts'
import { listOf } from './list.ts'

/** Why donors stop, common ones first. */
export const CANCELLATION_REASONS = listOf(`
  Financiële redenen; Wil geen reden geven; Steunt al een ander doel; Geen binding met het doel;
  Ontevreden over de werving; Partner is het er niet mee eens; Heeft zich bedacht; Dubbel aangemeld;
  Wil liever eenmalig geven; Geen vertrouwen in de organisatie; Verhuisd naar het buitenland
`)

/** Outcome codes and phrases of call centres, for calls that reached the donor. */
export const CALL_RESULTS: Readonly<Record<CallType, readonly string[]>> = {
  VERIFICATION: listOf(`
    Gegevens bevestigd; Akkoord; VERIFIED; Rekeningnummer gecorrigeerd; Adres gewijzigd; Bedrag aangepast;
    Incassodatum gewijzigd; Confirmed, welcome pack requested
  `),
  HAPPY_CALL: listOf(`
    Positief gesprek; Tevreden; HAPPY; Nieuwsbrief aangezet; Bedrag verhoogd; Vraag beantwoord;
    Geen interesse in gesprek; Wants to stay, prefers email
  `),
  WINBACK: listOf(`
    Niet teruggewonnen; NO_SALE; Teruggewonnen; Denkt erover na; Eenmalige gift toegezegd; Nazenden informatie;
    Won back at a lower amount; Wil niet meer gebeld worden
  `),
}

/** The same, for a donor who says on the phone that they stop. */
export const WITHDRAWALS = listOf(
  'Ziet ervan af; Opgezegd; WITHDRAWN; Zegt toezegging op; Stopt direct',
)

export const CALL_NOTES = listOf(`
  Donateur was vriendelijk en had even tijd.; Belt liever na zes uur 's avonds.; Adres en IBAN nagelopen, klopt.;
  Partner nam op, later teruggebeld.; Slechte verbinding, gesprek kort gehouden.; Wil de jaarrekening per e-mail.;
  Vroeg hoeveel er naar het doel zelf gaat, uitgelegd.; Recruiter was volgens donateur duidelijk en netjes.;
  Spreekt liever Engels; call back in English.; Heeft al twee keer een brief gehad, excuses aangeboden.;
  Graag incasso na de 25e, salaris komt dan binnen.; Wants to know when the first collection is.;
  Voicemail ingesproken bij eerdere poging.; Donor moved house, new address noted.
`)

/** What other systems call where a call of theirs stands, with their codes. */
export const EXTERNAL_CALL_STATES: Readonly<
  Record<CallStatus, readonly (readonly [code: string, description: string])[]>
> = {
  REQUESTED: [
    ['10', 'In wachtrij'],
    ['12', 'Terugbelafspraak'],
  ],
  COMPLETED: [
    ['40', 'Afgerond'],
    ['41', 'Afgerond met notitie'],
  ],
  CANCELLED: [
    ['60', 'Ingetrokken door opdrachtgever'],
    ['62', 'Nummer onbruikbaar'],
  ],
  EXPIRED: [
    ['70', 'Niet bereikt'],
    ['71', 'Campagne gesloten'],
  ],
}

/** Systems of others that pledges come from, with how their ids begin. */
export const PLEDGE_SOURCES = [
  { name: 'Coulisse', idPrefix: 'CL' },
  { name: 'Relatieboek CRM', idPrefix: 'RB-' },
  { name: 'Gulle Gever', idPrefix: 'gg_' },
] as const

/** Systems of others that calls come from, with how their references begin. */
export const CALL_APPLICATIONS = [
  { name: 'BelRegie', idPrefix: 'BR-' },
  { name: 'Gespreksplein', idPrefix: 'GP' },
] as const

export const CAMPAIGNS = listOf('lente; zomer; najaar; eindejaar; introductie; festival; wijkactie')
export const SEGMENTS = listOf('nieuw; warm; trouw; slapend')
