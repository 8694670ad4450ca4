/** Something that happens once, for others to wait for. */
export interface Moment {
  readonly comes: () => void
  readonly hasCome: Promise<void>
}

export function createMoment(): Moment {
  let comes = () => {}
  const hasCome = new Promise<void>((resolve) => {
    comes = resolve
  })
  return { comes, hasCome }
}
