import { listOf } from './list.ts'

/** A charity as it is made up. */
export interface CharityProfile {
  readonly name: string
  /** Its share of all pledges, in proportion to the others. */
  readonly weight: number
  readonly maxCallAttempts: number
  readonly coolingDownDays: number
  readonly focusAreas: readonly string[]
  readonly userCount: number
}

/** An organization that works for charities, as it is made up. */
export interface ServiceProfile {
  readonly name: string
  readonly weight: number
  readonly userCount: number
}

export const CHARITIES: readonly CharityProfile[] = [
  {
    name: 'Stichting Schoonwater Wereldwijd',
    weight: 30,
    maxCallAttempts: 5,
    coolingDownDays: 14,
    userCount: 6,
    focusAreas: listOf(
      'Drinkwater; Sanitair; Hygiëne op school; Noodhulp; Waterpompen; Klimaat en droogte',
    ),
  },
  {
    name: 'KinderKans Fonds',
    weight: 21,
    maxCallAttempts: 5,
    coolingDownDays: 14,
    userCount: 5,
    focusAreas: listOf('Onderwijs; Gezondheid; Veilig opgroeien; Sport en spel; Schoolmaaltijden'),
  },
  {
    name: 'Longkracht Nederland',
    weight: 14,
    maxCallAttempts: 4,
    coolingDownDays: 14,
    userCount: 4,
    focusAreas: listOf('Onderzoek; Schone lucht; Leven met COPD; Jonge longen'),
  },
  {
    name: 'Bomen voor Morgen',
    weight: 10,
    maxCallAttempts: 5,
    coolingDownDays: 7,
    userCount: 4,
    focusAreas: listOf('Bosaanplant; Stadsgroen; Regenwoud; Bosbeheer'),
  },
  {
    name: 'Stichting Zwerfdier & Zorg',
    weight: 7,
    maxCallAttempts: 6,
    coolingDownDays: 10,
    userCount: 3,
    focusAreas: listOf('Opvang; Dierenarts; Herplaatsing; Voorlichting'),
  },
  {
    name: 'Geheugenfonds Nederland',
    weight: 6,
    maxCallAttempts: 3,
    coolingDownDays: 14,
    userCount: 3,
    focusAreas: listOf('Onderzoek; Mantelzorg; Ontmoetingscentra'),
  },
  {
    name: 'Veilige Haven Vluchtelingenhulp',
    weight: 4,
    maxCallAttempts: 5,
    coolingDownDays: 21,
    userCount: 3,
    focusAreas: listOf('Opvang; Rechtshulp; Taal en werk; Gezinshereniging; Noodhulp'),
  },
  {
    name: 'Hartenvrienden',
    weight: 3,
    maxCallAttempts: 5,
    coolingDownDays: 14,
    userCount: 2,
    focusAreas: listOf('Onderzoek; Reanimatie; Revalidatie'),
  },
  {
    name: 'Stichting Wadleven',
    weight: 2,
    maxCallAttempts: 4,
    coolingDownDays: 10,
    userCount: 2,
    focusAreas: listOf('Zeehonden; Trekvogels; Schone kust; Zeegras'),
  },
  {
    name: 'Een Klas Verder',
    weight: 2,
    maxCallAttempts: 5,
    coolingDownDays: 14,
    userCount: 2,
    focusAreas: listOf('Lesmateriaal; Leraren; Schoolgebouwen'),
  },
  {
    name: 'Muziek op Recept',
    weight: 1,
    maxCallAttempts: 3,
    coolingDownDays: 5,
    userCount: 1,
    focusAreas: listOf('Concerten aan bed; Muziektherapie; Instrumenten'),
  },
  {
    name: 'Buurtmaaltijd',
    weight: 1,
    maxCallAttempts: 2,
    coolingDownDays: 3,
    userCount: 1,
    focusAreas: listOf('Samen eten; Boodschappenpakket; Kookles; Bezorging'),
  },
]

/** Those that recruit in the street and at the door. */
export const AGENCIES: readonly ServiceProfile[] = [
  { name: 'Straatkracht Fondsenwerving', weight: 34, userCount: 38 },
  { name: 'Deur & Dialoog', weight: 26, userCount: 30 },
  { name: 'Pleinwerk', weight: 18, userCount: 21 },
  { name: 'Goedgezind Werving', weight: 12, userCount: 14 },
  { name: 'Huis aan Huis Collectief', weight: 7, userCount: 9 },
  { name: 'Eerste Indruk', weight: 3, userCount: 5 },
]

export const CALL_CENTRES: readonly ServiceProfile[] = [
  { name: 'Goedgesprek Contactcenter', weight: 46, userCount: 24 },
  { name: 'Warme Lijn', weight: 30, userCount: 16 },
  { name: 'Lijn Twee Klantcontact', weight: 17, userCount: 10 },
  { name: 'Noorderbel', weight: 7, userCount: 5 },
]

/** People who recruit and call for several organizations, and so belong to none. */
export const FREELANCER_COUNT = 12
