"""Records what java.util.regex says of some thousands of patterns.

Usage: python3 tests/recorded/make_java_regex.py JavaRegex.java > tests/recorded/java_regex.tsv

JavaRegex.java reads lines of base64(pattern) TAB base64(text)... and answers each with "ok" or
"error INDEX MESSAGE", then TAB "match" or TAB "no" for every text. Java 17.

The file has lines "#text TAB base64", the texts every pattern was matched with, and one line per
pattern, in three or more fields parted by tabs:
  base64(pattern)
  "ok", or "error INDEX base64(message)"
  for "ok": one digit per common text, 1 for a match; "-" where the engine broke down
  for "ok": further fields base64(text)=DIGIT
"""
import base64
import random
import subprocess
import sys

RANDOM = random.Random(20240607)

TEXTS = [
    "", "200", "400", "404", "429", "500", "503", "4XX", "a", "b", "A", "aa", "ab", "aab", "abc",
    "aba", "abab", "1", "_", " ", "\n", "\r\n", "a\nb", "a\r\nb", "a\n", "é", "a1 b", "-", "]", "&",
    "Bad Request", "[404] Not found", '{"status":400,"message":"no"}',
    "line one\nError: x\n", "BadRequestException: missing field", "Task timed out after 3.00 seconds",
]

PEOPLE = r"""4\d{2}
5\d{2}
2\d{2}
[45]\d{2}
4\d\d
4[0-9]{2}
4[0-9][0-9]
4\d{2}|5\d{2}
(4|5)\d{2}
400|404|409
200
default
-
^400$
^4\d{2}$
4XX
5xx
*
**
?
+
{"a":1}
{"statusCode": 400}
5//d{2}
4\\d{2}
4/d{2}
.*
.+
.*?
(.|\n)*
(\n|.)+
(\n|.)*
[\s\S]*
[\s\S]+
[^0](.|\n)*
(?s).*
(?s).+
.*\[404\].*
.*[404].*
.*\[Not Found\].*
.*Not Found.*
.*not found.*
(?i).*not found.*
^\[BadRequest\].*
^[BadRequest].*
[BadRequest].*
.*[InternalServiceError].*
.*"status":400.*
.*"status"\s*:\s*400.*
.*"statusCode":"?404"?.*
.*\"httpStatus\":400.*
.*{.*
.*{"code":400}.*
.*\{"code":400\}.*
.*}.*
.*"errorType"\s*:\s*"BadRequest".*
.*BadRequestException.*
.*(BadRequest|NotFound).*
.*(BadRequest|NotFound.*
.*BadRequest|NotFound).*
.*Task timed out.*
.*Task timed out after \d+\.\d+ seconds$
.*Process exited before completing request.*
Internal.*
Internal Server Error
.*(Error|Exception).*
.*Error.*|.*Exception.*
.*[a-zA-Z].*
[a-zA-Z]+.*
[^2]\d{2}
(?!200).*
(?!2\d\d).*
^(?!2).*$
(?![\s\S]*x).*
(?!.*error).*
((?!error).)*
^((?!error)[\s\S])*$
(?=.*400)(?=.*status).*
(?<!4)\d{2}
\d{3}
\d+
\D+
\w+
\S+
\s*
4..
4.*
4\d*
4\d+
4\d{2,}
4\d{1,2}
4\d{,2}
4\d{2
4\d2}
4\d{2}}
4\d{{2}}
4{2}
(4\d{2})
((4|5)\d{2})
4\d{2}.*
.*4\d{2}.*
.*\b404\b.*
.*\(404\).*
.*(404).*
.*400:.*
.*"400".*
400.*
\b4\d\d\b
40[0-9]|41[0-9]
[4-5][0-9][0-9]
[5-4]\d\d
[400-499]
[400|404]
(400,404)
400,404
400, 404
400||404
|400
400|
4\d{2}|
\4\d{2}
'4\d{2}'
"4\d{2}"
/4\d{2}/
/^4\d{2}$/g
^.*Error.*$
$.status
$context.error
${status}
$input.path('$.x')
#set($x)
<Error>
<Code>400</Code>
.*<Code>NoSuchKey</Code>.*
[1-9]
[1-9][0-9]*
^$
$^
\
\\
.*\
\Q[404]\E.*
.*\Q"status":400\E.*
.*\QBad{Request}\E.*
(?<code>4\d{2})
(?P<code>4\d{2})
[[:digit:]]{3}
[:digit:]
\p{Digit}{3}
\p{N}+
\p{L}+.*
\p{Alpha}+
\u0034\d\d
\x34\d\d
4\d{2}+
4\d{2}?
4\d{2}*
4\d++
(?>4\d\d)
4(?=\d\d)..
4(?<=4)..
(4)(\d)\2
(?:4|5)(?:0\d|1[0-8])
4(0[0-9]|1[0-8]|2[0-9])
(?i)BAD REQUEST
(?i)bad request|not found
(?m)^Error.*
(?m)^Error.*$
(?s)^line.*$
(?x) 4 \d{2} # client errors
.*\n.*
.*\r?\n.*
[^\n]*
.*\.com.*
.*user@example\.com.*
.*\$.*
.*\^.*
.*\*.*
.*\+.*
.*\?.*
.*\|.*
.*\/.*
.*\".*
.*\'.*
.*\_.*
.*\-.*
.*\:.*
.*\<.*
.*\>.*
.*\e.*
.*\i.*
.*\y.*
.*[\w.-]+@[\w-]+.*
[\w-]+
[\w-a]+
[a-\w]+
[--a]
[a--]
[a-b-c]
[-a]
[]
[^]
[]]
[]a]
[^]a]
[[]
[a
[a[b]
[a-
[a-]
[\]]
[\[^a]
[a\]
[a&&b]
[a-z&&[aeiou]]
[a-z&&[^aeiou]]
[a-z&&^a]
[^a-z&&b]
[abc&&bc&&c]
[&&]
[&&a]
[a&b]
[a&&&b]
[a&&]
[&]
[^^]
[a^]
[a[^b]]
[a[b[c]]]
[^a[^b]]
""".split("\n")[:-1]

CONSTRUCTS = r"""( ) () (a (a) a) (?:a (?:a) (?:) (?a) (?) (? (?i) (?i (?i) a(?i)B (?i)a (?i:a)B (?-i)a (?i-s:a) (?i-) (?-)
(?ims-ux:a) (?z) (?iz) (?i-z) (?U)\w (?u)a (?d). (?s). (?c)a (?-s-i)a (?--i)a (?i-s-m)a (?=a)a (?!a)b (?<=a)b a(?<=a)b a(?<!b)b (?<a (?<a> (?<a>x) (?<1>x) (?<>x)
(?<a1>x)\k<a1> (?<a_b>x) (?<a>x)(?<a>y) \k<a>(?<a>x) \k \k< \k<a \k<1> (?>a) (?>a*)a (?>a|ab)c (?$a) (?@a) (?#a) (?'a'b) (?P=a) (?1) (?R) (?|a)
a* a+ a? a*? a+? a?? a*+ a++ a?+ a** a+++ a??? a{2} a{2}? a{2}+ a{2,} a{2,}? a{2,}+ a{2,3} a{2,3}? a{2,3}+ a{0} a{0,0} a{3,2} a{ a{} a{a} a{,2} a{2 a{2, a{2,3 a{2;3} a{2147483647}
a{2147483648} a{0,2147483648} a{2}{3} a{2}{3}+ {2} {2}a ^{2} {a} {} { } }a a} a}} *a +a ?a a|*b (*a) (?:+) |a a| a||b || () ()* (a)** (a)*? (a)*+ (a){2} (a){2}{2} (?i)* (?i){2} (?:a)?b ^* $* ^+ \b* \b+ (?=a)* (?=a)*a
\Q \Qa \Qa\E \Qa*\E \Qa*\E* \Q*\E* \Q\E \Q\E* \E a\E \Qa\Eb\Qc \Q1\E \0\Q1\E \x\Q41\E \Q\\E \Q[a]\E [\Q^]\E] [\Qa-c\E] [a\Q-\Ec] \\Qa \\\Qa* (?x)\Qa b\E a\Q(\E( \Q(\E) (\Q)\E \Q{\E{
[a] [ab] [a-c] [c-a] [^a] [^a-c] [a-] [-a] [a-c-e] [a-\d] [\d-a] [\d-] [a\d] [\D] [\w\W] [\s] [\S] [\h] [\H] [\v] [\V] [\v-a] [a-\v] [\n-\v] [\b] [\B] [\A] [\z] [\Z] [\G] [\R] [\X] [\1] [\k] [\p{L}] [\P{L}] [\pL] [^\pL] [\p{L}-z] [a-\p{L}]
[\x41] [\x41-\x43] [\u0041] [\u0041-\u0043] [\x{41}-\x{43}] [\07] [\012] [\cA] [\e] [\a] [\f] [\t] [\n\r] [\\] [\-] [\[] [\]] [\^] [\&] [\.] [.] [*+?] [(] [)] [{}] [|] [$] [#] [a#b] [a&&b] [ab&&b] [ab&&[b]] [ab&&[b]c] [ab&&b[c]] [ab&&bc&&b] [ab&&[^b]] [^ab&&b] [^ab&&[^b]] [a&&] [ab&&] [&&a] [&&] [&&&] [a&&&b] [a&&&&b] [a&&b&] [a&b] [a&] [&a] [a[b]] [a[b]c] [[a]] [[a]b] [[a][b]] [[^a]] [^[a]] [a-[b]] [a[b-c]] [[] []] [[]] [^[]] [[a] [a]] [a]b]
[a&&[b] [a&&b [a&& [a& [^ [^a [\ [a\ [\p [\p{ [\p{L [\x [\u [a-\ [a- [a-b [[a]-c] [\Q\E] [\Qa\E-c] [a-\Qc\E]
(?i)[a-c] (?i)[A-C] (?i)[^a] (?i)[A-_] (?iu)[à-é] (?i)é (?iu)é (?iu)k (?i)\x41 (?i)\u0041 (?i)A{2} (?x)[a # (?x)[a#\n] (?x)[^\ a] (?x)a#b (?x)a\#b (?x)(?#a) (?x)\ a (?x)a*+ (?x)#
\p{L} \P{L} \pL \PL \p{Lu} \p{lu} \p{Ll}+ \p{LC} \p{L1} \p{LD} \p{all} \p{ASCII} \p{Alpha} \p{alpha} \p{Alnum}+ \p{Punct} \p{Space} \p{XDigit} \p{Blank} \p{Cntrl} \p{Graph} \p{Print} \p{Upper} \p{Lower} \p{Digit} \p{Word} \p{Foo} \p{} \p{ \p \pQ \p{L \p{^L} \p{ L} \p{L } \p{Any} \p{Assigned} \p{Cn} \p{Cs} \p{Sc} \p{Zs} \p{Nd} \p{N} \p{P} \p{S} \p{Z} \p{M} \p{C} \p{Co}
\p{javaLowerCase} \p{javaUpperCase} \p{javaWhitespace} \p{javaMirrored} \p{javaLetter} \p{javaLetterOrDigit} \p{javaDigit} \p{javaJavaIdentifierStart} \p{javaJavaIdentifierPart} \p{javaISOControl} \p{javaAlphabetic} \p{javaFoo} \p{JavaLetter} \p{javaSpaceChar} \p{javaDefined} \p{javaTitleCase} \p{javaIdentifierIgnorable} \p{javaUnicodeIdentifierStart} \p{javaIdeographic}
\p{IsAlphabetic} \p{isAlphabetic} \p{IsLatin} \p{Islatin} \p{IsLatn} \p{IsGreek} \p{IsCyrillic} \p{IsHan} \p{IsFoo} \p{Is} \p{IsL} \p{IsLu} \p{IsWhite_Space} \p{IsWhiteSpace} \p{IsLetter} \p{IsDigit} \p{IsAlnum} \p{IsWord} \p{IsPunctuation} \p{IsEmoji} \p{IsHex_Digit} \p{IsAssigned} \p{IsControl} \p{IsUppercase} \p{IsLowercase} \p{IsTitlecase} \p{IsIdeographic} \p{IsJoin_Control} \p{IsPrint} \p{IsGraph} \p{IsBlank} \p{IsNoncharacter_Code_Point} \p{IsASCII} \p{IsCommon} \p{IsInherited} \p{IsUnknown} \p{IsZzzz} \p{IsAlpha}
\p{InGreek} \p{InBasicLatin} \p{InBasic_Latin} \p{InBASIC_LATIN} \p{InLatin1Supplement} \p{InLatin-1Supplement} \p{InLatin_1_Supplement} \p{InCyrillic} \p{InCyrillicSupplementary} \p{InCyrillic_Supplement} \p{InFoo} \p{In} \p{InHighSurrogates} \p{InSurrogates_Area} \p{InGreek_and_Coptic} \p{InHiragana} \p{InCombining_Marks_for_Symbols} \p{inGreek}
\p{sc=Latin} \p{script=latn} \p{SC=Greek} \p{sc=Foo} \p{sc=} \p{blk=BasicLatin} \p{block=Greek} \p{blk=Foo} \p{gc=L} \p{general_category=Lu} \p{gc=l} \p{gc=Foo} \p{gc=Alpha} \p{foo=bar} \p{=} \p{=a} \p{a=} \p{gc=L=} (?i)\p{Lu} (?i)\p{Lower} (?i)\p{IsUppercase} (?i)\p{javaUpperCase} (?U)\p{Alpha} (?U)\p{ALPHA} (?U)\p{Lower} (?U)\p{punct} (?U)\d (?U)\s (?U)\W (?U)\b
\N \N{ \N{} \N{A \N{LATIN__BOGUS! \x \x4 \x41 \xg \x{ \x{} \x{g} \x{41} \x{41 \x{4g} \x{10FFFF} \x{110000} \x{FFFFFFFFFF} \u \u0 \u004 \u0041 \u00g1 \uD83D\uDE00 \uD83D \uDE00 \uD83D\u0041 \uD83D\u \uD83D\x \0 \01 \012 \0123 \0377 \0400 \08 \018 \0g \c \cA \ca \c@ \c[ \ca* \e \a \f \n \r \t \g \i \j \l \m \o \q \y \C \E \F \I \J \K \L \M \O \T \U \Y \1 \2 (a)\1 (a)\2 (a)\10 (a)\11 (a)\01 \1(a) (a|b)\1 ((a)b)\2 (?:(a)|b)\1 (a)?\1 (a)(b)\2\1 (?i)(a)\1 (?iu)(a)\1 \0011
\_ \- \! \" \# \% \& \' \, \/ \: \; \< \= \> \@ \` \~ \. \* \+ \? \( \) \[ \] \{ \} \| \^ \$ \\ \\\ \é \😀 😀 😀* 😀** é* é** [😀] [😀-😂] [é-ü]
\d \D \s \S \w \W \h \H \v \V \b \B \A \G \Z \z \R \X \b{g} \b{ \b{g \b{x} \b{2} \b{g}* \B{g} \ba\b \Ba \Aa a\z a\Z a\Z\n a$\n a$\r\n a\r$\n a$b ^a$ a^ a^b $a \n^a (?m)^a$ (?m)a$\nb (?m)a\n^b (?m)a$\r\n^b (?m)a\r^\nb (?m)a\r$\nb (?m)^ (?m)$ (?m)a\n^ (?md)a\n^b (?md)a$\r\nb (?d)a$\n (?d)a$\r\n (?d)a.b \Ga a\Gb \R* \R\n \R{2} a\Rb (?>\R)\n \X* a\Xb
(?<=a*)b (?<=a+)b (?<=a?)b (?<=a{2})b (?<=a{1,2})b (?<=a{1,})b (?<=a*?)b (?<=ba*?)b (?<=a++)b (?<=ba*)b (?<=(a))b (?<=(a)*)b (?<=b(a)*)b (?<=(a|b))b (?<=(a|b)*)b (?<=(a|b){2})b (?<=(?:a|b)?)b (?<=(?:a|bc))b (?<=a|bc)b (?<=\1)b (?<=(a)\1)b (?<=\X)b (?<=\R)b (?<=[ab]*)b (?<=.*)b (?<=\d+)b (?<!a*)b (?<!(a|b)+)b (?<=(?=a)a)b (?<=(?<=a)b)c (?<=^a)b (?<=a$)b (?<=a(?:b?c){2})b (?<=(?>a|b)*)b (?<=a{1,2}b{2}?)b (?<=a{99999}b)b (?<=(a{99999}){99999})b (?<=) (?<=a (?<!a (?<= (?<! (?=a (?! (?> (?<
(a|b)*c (a+)+b (a*)*b (?:a+)+ab (a|ab)(c|bcd) (?:a|ab)+c a*?b a*+a (a|b)*+b (?:ab)++a a{0,2}b (?:a{2}){2} ((a)|(b))*\2 (?:(a)|(b))*\2 a.b a\sb a\s+b""".split()

CONSTRUCTS += [
    "(?x) a b", "(?x)a # x\nb", "(?x)a {2}", "(?x)a{ 2}", "(?x)a{2 }", "(?x)a{2 , 3}", "(?x)a + +",
    "(?x)( ?:a)", "(?x)(? :a)", "(?x)(?i )a", "(?x)[a b]", "(?x)[ ^a]", "(?x)[^ a]", "(?x)\\x 4 1",
    "(?x)\\p {L}", "(?x)\\p{ L}", "(?x)\\p L", "(?x)\\ b", "(?x)[a - c]", "(?x)[a&& b]", "(?x)[a& &b]",
    "(?x: a b ) c", "(?x)a(?-x) b", "(?x)\\k <a>", "(?x)(?< a>x)", "(?x)(? <a>x)", "(?x)(?<a >x)",
    "(?x) ", "(?x) *", "(?x)a |\n b", "(?x)\\Q a\\E", "(?x)#a\rb", "(?xd)#a\rb", "(?x)#a)", "(?x)(a#)\n)",
    "a\x00b", "\x00", "[\x00]", "\x00*", "(?x)# \x00\na", "a b", " ", "\n", "a\nb", "\t", "\u2028", "[ ]",
    "(?x)[a # b ]\n]", "\\ ", "\\\n", "\\p{Is Latin}", "\\p{InBasic Latin}", "\\p{InGreek and Coptic}",
    "(" * 20 + ")" * 20, "(" * 20 + ")" * 21, "[" * 10 + "a" + "]" * 10, "(?:" * 15 + "a" + ")*" * 15,
    "a" * 300, "(a)" * 12 + "\\12", "(a)" * 12 + "\\13", "x" * 40 + "(", "(?i)" * 20 + "A",
]

PIECES = [
    "a", "b", "c", "ab", "4", "0", "\\d", "\\w", "\\s", "\\D", ".", "[ab]", "[^a]", "[a-c]", "[0-9]",
    "\\.", "\\[", "\\n", "^", "$", "\\b", "\\B", "(?i)", "-", " ", "_", "\\x61", "\\p{L}", "\\P{Lu}",
    "\\R", "\\Z", "\\A", "\\z", "[\\w-]", "[a-z&&[^b]]", "é", "\\1", "\\2", "\\Qa.\\E", "\\h", "\\v",
    "[\\s\\S]", "(?s)", "(?m)", "]", "}", "&", "\n",
]
QUANTIFIERS = ["*", "+", "?", "{2}", "{1,2}", "{0,1}", "{1,}", "*?", "+?", "??", "*+", "++", "?+", "{2}?"]
OPENERS = ["(", "(", "(?:", "(?:", "(?=", "(?!", "(?>", "(?<=", "(?<!", "(?i:", "(?s:", "(?<n>"]
NOISE = list("()[]{}|*+?^$.\\-&,:<>=!#QEpPxukbdwiRXG0129aAnL \n") + ["\\Q", "\\E", "(?", "[^", "&&", "\\p{", "{2,", "(?<", "\\b{g}", "é", "😀"]


def branch(depth):
    return "|".join(sequence(depth) for _ in range(RANDOM.choice([1, 1, 1, 2, 2, 3])))


def sequence(depth):
    made = ""
    for _ in range(RANDOM.randint(0 if RANDOM.random() < 0.1 else 1, 4)):
        if depth > 0 and RANDOM.random() < 0.35:
            piece = RANDOM.choice(OPENERS) + branch(depth - 1) + ")"
        else:
            piece = RANDOM.choice(PIECES)
        if RANDOM.random() < 0.35:
            piece += RANDOM.choice(QUANTIFIERS)
        made += piece
    return made


def in_class(depth):
    made = RANDOM.choice(["", "", "^"])
    for _ in range(RANDOM.randint(1, 4)):
        kind = RANDOM.random()
        if depth > 0 and kind < 0.2:
            made += in_class(depth - 1)
        elif kind < 0.3:
            made += RANDOM.choice(["&&", "&&b", "&&[a-c]", "&&[^b]", "&&\\w", "&&a-z"])
        else:
            made += RANDOM.choice(list("abc01-&^.]") + ["a-c", "0-5", "\\d", "\\W", "\\s", "\\-", "\\p{Lu}", "x-é"])
    return "[" + made + "]"


def mutated(pattern):
    letters = list(pattern)
    for _ in range(RANDOM.randint(1, 3)):
        place = RANDOM.randint(0, len(letters))
        kind = RANDOM.random()
        if kind < 0.45 or not letters:
            letters.insert(place, RANDOM.choice(NOISE))
        elif kind < 0.75:
            del letters[min(place, len(letters) - 1)]
        else:
            letters[min(place, len(letters) - 1)] = RANDOM.choice(NOISE)
    return "".join(letters)


def patterns():
    base = PEOPLE + CONSTRUCTS
    made = list(base)
    made += ["(?<=" + sequence(RANDOM.choice([0, 1, 1, 2])) + ")b" for _ in range(250)]
    made += [branch(3) for _ in range(1100)]
    made += [in_class(2) for _ in range(200)]
    made += [in_class(1) + RANDOM.choice(QUANTIFIERS) + in_class(1) for _ in range(100)]
    made += ["(?x)" + " ".join(branch(1)) for _ in range(100)]
    made += ["".join(RANDOM.choice(NOISE) for _ in range(RANDOM.randint(1, 8))) for _ in range(700)]
    made += [mutated(RANDOM.choice(base)) for _ in range(1500)]
    return list(dict.fromkeys(made))


def own_texts(pattern):
    letters = [c for c in pattern if c.isalnum() or c in " :\n"][:12] or ["a"]
    made = ["".join(letters)]
    for _ in range(3):
        made.append("".join(RANDOM.choice(letters + ["a", "b"]) for _ in range(RANDOM.randint(1, 6))))
    return [t for t in dict.fromkeys(made) if t not in TEXTS]


def encode(text):
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


def ask(oracle, rows):
    """Asks the engine; where it breaks down on a row or takes too long, that row's answer is None."""
    answers = []
    while len(answers) < len(rows):
        batch = rows[len(answers):][:1000]
        lines = "\n".join("\t".join(map(encode, row)) for row in batch) + "\n"
        try:
            output = subprocess.run(["java", oracle], input=lines.encode(), capture_output=True, timeout=25).stdout
        except subprocess.TimeoutExpired as stopped:
            output = stopped.stdout or b""
        found = []
        for line in output.decode("utf-8").split("\n")[:-1]:
            if line.startswith(("ok", "error ", "\toverflow")):
                found.append(line)
            else:  # A message with a line feed in it.
                found[-1] += "\n" + line
        answers += found
        if len(found) < len(batch):
            print("no answer:", repr(batch[len(found)][0]), file=sys.stderr)
            answers.append(None)
    return answers


def main():
    rows = [[pattern, *TEXTS, *own_texts(pattern)] for pattern in patterns()]
    print("# python3 tests/recorded/make_java_regex.py JavaRegex.java > tests/recorded/java_regex.tsv")
    for text in TEXTS:
        print("#text\t" + encode(text))
    for row, answer in zip(rows, ask(sys.argv[1], rows)):
        own = row[1 + len(TEXTS):]
        if answer is None or "\toverflow" in answer:
            print(encode(row[0]) + "\tok\t-")
        elif answer.startswith("error "):
            _, index, message = answer.split(" ", 2)
            print(f"{encode(row[0])}\terror {index} {encode(message)}")
        else:
            digits = ["1" if found == "match" else "0" for found in answer.split("\t")[1:]]
            fields = [f"{encode(t)}={d}" for t, d in zip(own, digits[len(TEXTS):])]
            print("\t".join([encode(row[0]), "ok", "".join(digits[: len(TEXTS)]), *fields]))


main()
