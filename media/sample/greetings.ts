/** Says hello in English. */
export function sayHello(name: string): string {
  return `Hello, ${name}!`;
}

/** Says goodbye in English. */
export function sayGoodbye(name: string): string {
  return `Goodbye, ${name}!`;
}

/** Says thank you in English. */
