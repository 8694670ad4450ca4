/** Euros as a decimal string with two decimals, such as "7.50"; never a float. */
export type Euros = string

export const LARGEST_AMOUNT_IN_EUROS = 1_000_000

export const AMOUNT_FORMAT = 'euros as a string with at most two decimals, such as "7.50"'

const DECIMAL = /^(-?)(\d+)(?:\.(\d{1,2}))?$/

/** Reads an amount and writes it with two decimals; undefined when the text is no such amount. */
export function parseEuros(text: string): Euros | undefined {
  const match = DECIMAL.exec(text)
  if (!match) return undefined
  const whole = (match[2] ?? '').replace(/^0+(?=\d)/, '')
  const amount = `${whole}.${(match[3] ?? '').padEnd(2, '0')}`
  return match[1] === '-' && Number(amount) !== 0 ? `-${amount}` : amount
}
