import { InvalidInputError, InvalidInputsError } from "#src/errors.ts";

/** What is wrong with an input, collected so that all of it is reported at once. */
export class Problems {
  readonly found: InvalidInputError[] = [];

  add(message: string, field: string[]): void {
    this.found.push(new InvalidInputError(message, field));
  }

  /** The result of a check, or null when it throws InvalidInputError. */
  check<T>(run: () => T): T | null {
    try {
      return run();
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      this.found.push(error);
      return null;
    }
  }

  /** The same for a check that reads the database. */
  async checkLater(run: () => Promise<void>): Promise<void> {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      this.found.push(error);
    }
  }

  /** Throws InvalidInputsError when something was found. */
  throwAny(): void {
    if (this.found.length > 0) throw new InvalidInputsError(this.found);
  }
}
