import "server-only";

/** Words that common passwords are built of. Digits and signs around them, and letters written as digits, change nothing. */
const WORDS = `
  abc access account admin administrator adobe alexander amanda america andrea andrew angel angels anthony arsenal asdf
  asdfgh asdfghjkl ashley austin autumn azerty azertyuiop babygirl backup bailey banana barcelona baseball basketball
  batman beautiful butterfly cert certificate certificates certsweep change changeit changeme changethis charlie cheese
  chelsea chocolate christian christmas cisco company computer console cookie correcthorsebatterystaple database default
  demo devops diamond donald dragon easter elizabeth eminem example faster ferrari flower football forever forgot
  freedom friday friends fuckoff fuckyou gandalf george ginger girls god google guest hannah happy harley hello
  helloworld hockey house hunter iloveu iloveyou infinity internet jackson jasmine jennifer jessica jesus jordan
  joshua justin killer kitty letmein linkedin liverpool london love lovely loveme lovers loveyou manchester march
  marina martin master matrix matthew me mercedes merlin michael michelle mickey microsoft midnight minecraft mine
  money monday monkey mother mustang my myname naruto nascar natasha never nicole ninja nopass nothing ok oracle orange
  pass passphrase passw password passwort patrick peanut pepper phoenix player please pokemon police postgres princess
  private product purple qazwsx qazwsxedc qazwsxedcrfv qwe qwer qwert qwerty qwertyui qwertyuiop rainbow ranger
  remember robert rockyou root samantha samsung scooter secret secure security server service shadow soccer spiderman
  spring starwars steelers summer sunday sunshine super superman superstar support sweep sweetheart sysadmin system
  taylor teacher temp temporary tennis test tester testing thebest thisis thomas thunder tiger tigger trustno trustnoone
  user username vagrant victoria welcome whatever william william winter wizard wordpress work yankees yellow you your
  zaq zaqwsx zxcvbn zxcvbnm
`
  .trim()
  .split(/\s+/);

/** Rows that fingers walk along; a password made of pieces of them says nothing, whatever its length. */
const WALKS = [
  "01234567890",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiop[]",
  "asdfghjkl;'",
  "zxcvbnm,./",
  "qwertzuiop",
  "azertyuiop",
  "qsdfghjklm",
  "!@#$%^&*()_+",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p",
  "1q2w3e4r5t6y7u8i9o0p",
  "q1w2e3r4t5y6u7i8o9p0",
  "qazwsxedcrfvtgbyhnujmikolp",
  "qweasdzxcrtyfghvbn",
  "1a2b3c4d5e6f7g8h9i",
  "a1b2c3d4e5f6g7h8i9",
];
const WALKED = [...WALKS, ...WALKS.map((walk) => [...walk].reverse().join(""))];
const WALK_MIN = 3;
const LONGEST_REPEATED = 8;

const SOUNDS: Record<string, string> = {
  "0": "o",
  "1": "i",
  "3": "e",
  "4": "a",
  "5": "s",
  "7": "t",
  "@": "a",
  $: "s",
  "!": "i",
};
/** Four words and more are a passphrase, even when each is well known. */
const MOST_WORDS = 3;
const ONLY_WORDS = new RegExp(`^(?:${[...WORDS].sort((a, b) => b.length - a.length).join("|")}){1,${MOST_WORDS}}$`);

/** True for passwords that are guessed first: well-known words, walks on the keyboard, repetitions, the person's own name. */
export function isCommonPassword(password: string, email: string): boolean {
  const plain = password.toLowerCase().normalize("NFKC");
  return isNumber(plain) || isRepetition(plain) || isWalk(plain) || isMadeOfWords(plain) || isName(plain, email);
}

/** Dates, telephone numbers and the like. */
function isNumber(plain: string): boolean {
  return /^[\d\s.+/-]{0,16}$/.test(plain);
}

function isRepetition(plain: string): boolean {
  const repeated = new RegExp(`^(.{1,${LONGEST_REPEATED}}?)\\1+.{0,2}$`, "u");
  return new Set(plain).size < 4 || repeated.test(plain);
}

/** Walks piece by piece, each as long as possible; what is left over must be shorter than one piece. */
function isWalk(plain: string): boolean {
  let left = 0;
  for (let from = 0; from < plain.length; ) {
    const length = walkLengthAt(plain, from);
    if (length < WALK_MIN) left += 1;
    from += length < WALK_MIN ? 1 : length;
  }
  return left <= WALK_MIN;
}

function walkLengthAt(plain: string, from: number): number {
  let length = 1;
  while (from + length < plain.length && WALKED.some((walk) => walk.includes(plain.slice(from, from + length + 1)))) {
    length += 1;
  }
  return length;
}

/** Letters alone, once as they stand and once with digits and signs read as the letters that they look like. */
function stemsOf(plain: string): string[] {
  const core = plain.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, "");
  const sounded = [...core].map((character) => SOUNDS[character] ?? character).join("");
  const whole = [...plain].map((character) => SOUNDS[character] ?? character).join("");
  return [plain, sounded, whole].map((text) => text.replace(/[^\p{L}]/gu, ""));
}

function isMadeOfWords(plain: string): boolean {
  return stemsOf(plain).some((stem) => ONLY_WORDS.test(stem));
}

function isName(plain: string, email: string): boolean {
  const name = (email.toLowerCase().split("@")[0] ?? "").replace(/[^\p{L}]/gu, "");
  return name.length > 2 && stemsOf(plain).some((stem) => stem === name || stem === name + name);
}
