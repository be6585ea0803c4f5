/** What the program ends with. Documented in docs/cli.md: scripts rely on them. */
export const EXIT = {
  ok: 0,
  /** Something was refused, failed, or was not done. */
  failed: 1,
  /** The command line or the settings make no sense. */
  usage: 2,
  /** The server was not reached, or does not let this token do it. */
  access: 3,
  /** Ctrl-C; 128 and the number of the signal. */
  stopped: 130,
};

/** An expected reason to end. Its message is what the person reads. */
export class Failure extends Error {
  name = "Failure";

  /**
   * @param {string} message one or more sentences
   * @param {number} [exit] one of EXIT
   * @param {ErrorOptions} [options]
   */
  constructor(message, exit = EXIT.failed, options = undefined) {
    super(message, options);
    this.exit = exit;
  }
}

/** Somebody pressed Ctrl-C. `message` says what was done until then; it may be empty. */
export class Stopped extends Failure {
  name = "Stopped";

  constructor(message = "") {
    super(message, EXIT.stopped);
  }
}

/** The server gave no answer, so it is not known what became of the request. */
export class Unanswered extends Failure {
  name = "Unanswered";
}
