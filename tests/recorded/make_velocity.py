"""Records which of some thousands of mapping templates Apache Velocity 1.7 accepts.

Usage: python3 tests/recorded/make_velocity.py VelocityParse.java > tests/recorded/velocity.tsv
       python3 tests/recorded/make_velocity.py VelocityParse.java FOLDER > tests/recorded/velocity-corpus.tsv

VelocityParse.java reads lines of base64(template) and answers each with "ok" or "error LINE COLUMN MESSAGE". Java 17 and
Debian's package "velocity" (Apache Velocity 1.7).

Without a folder: one line per template, in two fields parted by a tab: base64(template), and "ok" or "error LINE COLUMN",
the place of the last word that Velocity took, 0 0 where it does not say. With a folder: the templates found in its YAML and
JSON files, of which only a hash (FNV-1a, 64 bits) and the verdict are written down.
"""
import base64
import json
import os
import random
import re
import subprocess
import sys

RANDOM = random.Random(20240609)

JARS = ":".join("/usr/share/java/" + name for name in ("velocity.jar", "commons-collections3.jar", "commons-lang.jar"))

PEOPLE = [
    '{"statusCode": 200}',
    "{ statusCode: 200 }",
    "$input.json('$')",
    "$input.json('$.a.b[0]')",
    "$input.body",
    "{\"a\": $input.json('$.a')}",
    "#set($inputRoot = $input.path('$'))\n{\n  \"a\": \"$inputRoot.a\"\n}",
    "#set($inputRoot = $input.path('$'))\n$inputRoot",
    "#set($allParams = $input.params())\n{\n\"body-json\" : $input.json('$'),\n\"params\" : {\n#foreach($type in $allParams.keySet())\n"
    "    #set($params = $allParams.get($type))\n\"$type\" : {\n    #foreach($paramName in $params.keySet())\n    \"$paramName\" : "
    "\"$util.escapeJavaScript($params.get($paramName))\"\n        #if($foreach.hasNext),#end\n    #end\n}\n"
    "    #if($foreach.hasNext),#end\n#end\n},\n\"stage-variables\" : {\n#foreach($key in $stageVariables.keySet())\n\"$key\" : "
    "\"$util.escapeJavaScript($stageVariables.get($key))\"\n    #if($foreach.hasNext),#end\n#end\n},\n\"context\" : {\n"
    "    \"account-id\" : \"$context.identity.accountId\"\n    }\n}\n",
    "Action=SendMessage&MessageBody=$util.urlEncode($input.body)",
    "#set($body = $util.escapeJavaScript($input.json('$')).replaceAll(\"\\\\'\", \"'\"))\n{\"input\": \"$body\"}",
    "#if($input.params('x') == 'a')\n{\"statusCode\": 200}\n#elseif($input.params('x') == \"b\")\n{\"statusCode\": 404}\n#else\n{\"statusCode\": 500}\n#end",
    "#if($a && $b || !$c)x#end",
    "#set($context.responseOverride.status = 400)",
    "#set($context.responseOverride.header.Cache-Control = \"no-cache\")",
    "#set($origin = $input.params().header.get(\"Origin\"))\n#if($origin.matches(\"https://(.*)\\.example\\.com\"))\n"
    "#set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)\n#end",
    "#foreach($item in [1..3])$item#if($foreach.hasNext), #end#end",
    "#foreach($item in $list)$velocityCount: $item.name\n#end",
    "#define($block)Hello $name#end$block",
    "#macro(row $a $b)<td>$a</td><td>$b</td>#end#row('x' $y)",
    "## a comment\n{\"a\": 1}",
    "#* several\nlines *#\n{\"a\": 1}",
    "#** formal *#x",
    "#[[ $not #if ]]#",
    "\\$escaped \\\\$value \\#if \\\\#if(true)x#end",
    "${formal}text $!silent $!{both} ${a.b.c('x')}y",
    "$a[0] $a['k'] $a[$i] $a.b[1].c() $a[0][1]",
    "color: #fff; #top a#b #{else} <a href=\"#x\">",
    "price: 5$ or $ 6 or $9.99 $-x $_y",
    "#set($m = {'a': 1, \"b\": [1, 2, $c], $d: true})$m.a",
    "#set($x = ($a + 1) * 2 - -3 / 4 % 5)",
    "#set($x = \"in $a.b and #if($c)d#end\")",
    "#set($x = 'it''s')#set($y = \"say \"\"hi\"\"\")",
    "#stop #break #parse('x') #include(\"y\") #evaluate($z)",
    "$util.base64Encode($input.body).length()",
    "$input.params().get('header').get('X-A')",
    "$input.path('$.items').size()",
    "$!{input.params('x')}",
    "#if($x)a#else if($y)b#end",
    "#IF($x)a#END",
    "#set($a=1)#set ($b = 2)\n#set( $c = 3 )\n  #set($d=4)  \nx",
    "<xml attr=\"$a\">$b</xml>",
    "{\"a\": \"$input.params('a')\" #if($b), \"b\": 1#end }",
    "#if ($a.equals(\"x\") and $b.size() gt 0 or not $c) y #end",
    "#set($list = [])#set($void = $list.add($x))$list",
    "#set($s = \"\")#foreach($k in $m.entrySet())#set($s = \"$s$k.key=$k.value&\")#end$s",
    "$context.authorizer.claims['cognito:username']",
    "$context.identity.sourceIp",
    "$stageVariables.x ${stageVariables['x']} $stageVariables['y']",
    "#set($hash = '#')${hash}top #set($dollar = '$')${dollar}5",
]

BROKEN = r"""$input.json('$.x'}
$input.json(
$input.json('$'
$input.json("$)
$input.path('$.a'.b
#if($a)
#if $a b#end
#if()a#end
#if(a)b#end
#if($a)b
#if($a)b#end#end
#end
#else
#elseif($a)
#if($a)b#else c#else d#end
#if($a)b#elseif c#end
#foreach($a in $b)
#foreach($a in $b
#foreach($a of $b)x#end
#foreach($a, $b)x#end
#foreach(a in $b)x#end
#foreach in $b
#set($a)
#set($a = )
#set(a = 1)
#set($a == 1)
#set($a = 1
#set($a = $b +)
#set($a = "x)
#set($a = 'x")
#set($a = {a: 1})
#set($a = {'a': null})
#set($a = {'a' 1})
#set($a = [1, 2)
#set($a = [1 2])
#set($a = 1 2)
#set($a = $b $c)
#set($a-1 = 2)
#set($x = $a-$b)
#set($x = $a - $b)
#set($x = $a-1)
#set($x = $a+$b)
#set $a = 1
#set
#macro
#macro()x#end
#macro('a')x#end
#macro(a b)x#end
#macro(a $b)x
#define x#end
#define($x)
#literal()$x#end
#[[ open
#[[ a ]] b
#* open
#* a ## b *#
#* a ###*#
## only $
#
$
a $
a #
a \
a \\
a \\\
#(
#{
#{if
#{if}($a)x#{end}
#{else}
#{foo}
#@foo($a)x#end
#@foo
#foo($a b 'c' 1 1.5 true [1] {'a':1})
#foo($a,$b)
#foo($a,,$b)
#foo(
#foo )
${a
${a.b
${a.b(
${a.b(}
${a b}
${}
${1}
$!{
$!
$.
$[
$![0]
$a[
$a[]
$a[0
$a[b]
$a[0.5]
$a[-1]
$a[ 'x' ]
$a[true]
$a.
$a..b
$a.b.
$a.1
$a.true
$true
$a.b()
$a.b( )
$a.b(,)
$a.b(1,)
$a.b(1 2)
$a.b(c)
$a.b(null)
$a.b([1..2])
$a.b([$c..$d])
$a.b([[1],[2]])
$a.b({'x':[1]})
$a.b({})
$a.b((1))
$a.b(!$c)
$a.b(1+2)
$a.b(-1)
$a.b('x'.c)
$a.b("$c")
$a.b("$c)
$a-b
$a-
$a--b
$_a
$ä
ä$a
#set($ä = 1)
#if($a == 'ä')x#end
#if("a" == 'a')x#end
#if(1..2)x#end
#if([1..2])x#end
#if(1.)x#end
#if(.5 < 1.5e3)x#end
#if(1e5)x#end
#if(!true)x#end
#if(!!true)x#end
#if(not not true)x#end
#if((($a)))x#end
#if(($a)x#end
#if($a))x#end
#if($a = 1)x#end
#if($a === 1)x#end
#if($a <> 1)x#end
#if($a => 1)x#end
#if($a & $b)x#end
#if($a and or $b)x#end
#if($a eq 1 && $b ne 2)x#end
#if($a.b == "c" || $d.e() != 'f')x#end
#if($a)#set($b=1)#end
$x #set($y=2)[$y]
$x#set($y=2)$y
$x.y#set($z=1)
$x.y(#set($z=1))
\$x
\\$x
\$!x
$\!x
\#if
\\#if($a)b#end
\#foo
\#set($a=1)
\#end
$$
$$a
$#a
$#
$#if(true)x#end
##$a
#$a
#$a.b
#if($a)##x
#end
#if(true)
#if($a) ## note
b #end
$!$a
$!{a}b
$a$b
${a}${b}
#break
#break()
#stop(1)
#parse x
#include('a' "b" $c)
#include(a)
#evaluate()
#foreach()x#end
#foreach($a)x#end
x#if(true)y#end#if(false)z#end
#if(true)}#{end}
"#if(true)"
'#end'
#if(true)
"unbalanced
#end
#foreach($a in $b.c('x'))$a#end
#set($a = "#if(true)")
#set($a = "$b.c('")
#set($a = "${b")
#set($a = 'a
b')
#set($a
=
1
)
#if(
$a
)x#end
#if	($a)x#end
#set	($a=1)
#foreach ($a in $b)x#end
#foreach
($a in $b)x#end
{"a": #if($b) 1 #else 2 #end}
{"a": $b, "c": "${d}"}
{'a': "$util.escapeJavaScript($b).replaceAll("\\'","'")"}
$util.escapeJavaScript($input.path('$.s')).replaceAll("\\'","'")
$util.escapeJavaScript($b).replaceAll("\'","'")
$input.json("$.a['b']")
$input.params("a").b("c").d[0]
"""

ATOMS = (
    "$ ! { } [ ] ( ) . , : ; # ## #* *# #[[ ]]# @ \\ \\\\ \" ' = == != < > <= >= && || + - * / % .. 1 0.5 -2 1e3 a b in true false null "
    "and or not eq $a $b.c $d.e() $f[0] ${g} $!h $!{i} #if #else #elseif #end #set #foreach #define #macro #stop #foo #{end} #if( #set( "
    "#foreach( #foo( \\$ \\# é"
).split(" ") + [" ", "  ", "\n", "\r\n", "\t", "\n\n", '""', "''", "text", "{\"k\": "]


def name():
    return RANDOM.choice(["a", "b", "item", "x1", "_u", "k-k", "input", "context"])


def reference(depth):
    made = name()
    for _ in range(RANDOM.choice([0, 0, 1, 1, 2, 3])):
        kind = RANDOM.random()
        if kind < 0.45:
            made += "." + name()
        elif kind < 0.75:
            made += "." + name() + "(" + blank() + ",".join(parameter(depth - 1) for _ in range(RANDOM.choice([0, 1, 1, 2]))) + ")"
        else:
            made += "[" + blank() + RANDOM.choice(["0", "'k'", '"k"', "$i", "true", "-1", "$i.j"]) + blank() + "]"
    sign = RANDOM.choice(["$", "$", "$", "$!"])
    return sign + ("{" + made + "}" if RANDOM.random() < 0.25 else made)


def blank():
    return RANDOM.choice(["", "", "", " ", "  ", "\n"])


def string(depth):
    if RANDOM.random() < 0.5:
        return "'" + RANDOM.choice(["", "x", "a b", "it''s", '"', "$.a", "#x", "é\n"]) + "'"
    inside = RANDOM.choice(["", "x", 'say ""y""', "'", "\\n", "\\\\'", "##"])
    if depth > 0 and RANDOM.random() < 0.4:
        inside += RANDOM.choice([reference(0).replace('"', "'"), "#if($q)r#end", "$", "#set($s='t')"])
    return '"' + inside + '"'


def parameter(depth):
    kind = RANDOM.random()
    if depth <= 0 or kind < 0.35:
        made = RANDOM.choice([string(depth), "1", "-7", "2.5", "true", "false", "$v", "bare"])
    elif kind < 0.7:
        made = reference(depth - 1)
    elif kind < 0.8:
        made = "[" + RANDOM.choice(["1", "$v", "-2"]) + blank() + ".." + blank() + RANDOM.choice(["3", "$w.x"]) + "]"
    elif kind < 0.9:
        made = "[" + ",".join(parameter(depth - 1) for _ in range(RANDOM.randint(0, 3))) + "]"
    else:
        made = "{" + ",".join(parameter(0) + ":" + parameter(depth - 1) for _ in range(RANDOM.randint(0, 2))) + "}"
    return blank() + made + blank()


OPERATORS = "&& || and or == != eq ne < > <= >= lt le gt ge + - * / %".split(" ")


def expression(depth):
    kind = RANDOM.random()
    if depth <= 0 or kind < 0.45:
        return parameter(1)
    if kind < 0.55:
        return RANDOM.choice(["!", "not ", " ! "]) + expression(depth - 1)
    if kind < 0.65:
        return blank() + "(" + expression(depth - 1) + ")" + blank()
    return expression(depth - 1) + RANDOM.choice(["", " "]) + RANDOM.choice(OPERATORS) + RANDOM.choice(["", " "]) + expression(depth - 1)


def statement(depth):
    kind = RANDOM.random()
    if kind < 0.3:
        return RANDOM.choice(["text", " ", "\n", "  \n", '{"a": 1}', '"', ",", "5$ ", "#fff ", "a.b", "(", ")", "]", "\\", "\\\\", "\\$x", "\\#if", "."])
    if kind < 0.5:
        return reference(2)
    if kind < 0.6:
        return RANDOM.choice(["## note\n", "#* c *#", "#** d *#", "#[[ e $f ]]#", "##\n"])
    if kind < 0.72:
        sign = RANDOM.choice(["#set(", "#set (", "#{set}(", "  #set("])
        return sign + blank() + reference(1) + blank() + "=" + blank() + expression(2) + ")" + RANDOM.choice(["", "\n", " \n"])
    if depth <= 0:
        return RANDOM.choice(["#stop", "#break", "#foo", "#foo($a)", "#parse('x')"])
    if kind < 0.84:
        made = RANDOM.choice(["#if(", "#if (", "#{if}("]) + expression(2) + ")" + block(depth - 1)
        for _ in range(RANDOM.choice([0, 0, 0, 1, 2])):
            made += "#elseif(" + expression(1) + ")" + block(depth - 1)
        if RANDOM.random() < 0.4:
            made += RANDOM.choice(["#else", "#{else}", "#else\n"]) + " " + block(depth - 1)
        return made + RANDOM.choice(["#end", "#{end}", "#end\n", "#end "])
    if kind < 0.93:
        return "#foreach($i in" + blank() + " " + parameter(2).strip() + ")" + block(depth - 1) + "#end"
    return RANDOM.choice(["#define($d)", "#macro(m $p)", "#@m($q)", "#literal()"]) + block(depth - 1) + "#end"


def block(depth):
    return "".join(statement(depth) for _ in range(RANDOM.randint(0, 4)))


def mutated(template):
    for _ in range(RANDOM.choice([1, 1, 2, 3])):
        start = RANDOM.randint(0, len(template))
        end = min(len(template), start + RANDOM.choice([0, 0, 1, 1, 1, 2, 5]))
        template = template[:start] + RANDOM.choice(["", RANDOM.choice(ATOMS)]) + template[end:]
    return template


def templates():
    made = PEOPLE + BROKEN.split("\n")[:-1]
    made += ["#if($a)\n" + each + "\n#end" for each in made]
    generated = ["".join(statement(3) for _ in range(RANDOM.randint(1, 5))) for _ in range(1500)]
    made += generated
    made += [mutated(RANDOM.choice(generated)) for _ in range(1200)]
    made += [mutated(RANDOM.choice(PEOPLE)) for _ in range(900)]
    made += ["".join(RANDOM.choice(ATOMS) for _ in range(RANDOM.randint(1, 9))) for _ in range(1500)]
    return [each for each in dict.fromkeys(made) if len(each) < 2000]


def found_templates(folder):
    """All texts with a dollar sign or a hash in them, templates or not."""
    found = []
    for root, _, names in sorted(os.walk(folder)):
        for each in sorted(names):
            with open(os.path.join(root, each), encoding="utf-8", errors="replace") as file:
                found += texts(file.read())
    return list(dict.fromkeys(found))


def texts(source):
    try:
        import yaml

        class Loader(yaml.SafeLoader):
            pass

        Loader.add_multi_constructor("!", lambda loader, suffix, node: plain(loader, node))
        documents = [json.loads(source)] if source.lstrip().startswith("{") else list(yaml.load_all(source, Loader))
    except Exception:  # Not a file that can be read: no templates in it.
        return []
    found = []
    for document in documents:
        walk(document, found)
    return found


def plain(loader, node):
    if hasattr(node.value, "upper"):
        return node.value
    return loader.construct_sequence(node, True) if isinstance(node.value, list) and node.id == "sequence" else loader.construct_mapping(node, True)


def walk(value, found):
    if isinstance(value, dict):
        for each in value.values():
            walk(each, found)
    elif isinstance(value, list):
        for each in value:
            walk(each, found)
    elif isinstance(value, str) and re.search(r"[$#]", value):
        found.append(value)


def encode(text):
    return base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")


def hashed(text):
    made = 0xCBF29CE484222325
    for byte in text.encode("utf-8", "replace"):
        made = (made ^ byte) * 0x100000001B3 % 2**64
    return f"{made:016x}"


def ask(oracle, asked):
    lines = "\n".join(encode(each) for each in asked) + "\n"
    command = ["java", "-Xss16m", "-cp", JARS, oracle]
    answers = subprocess.run(command, input=lines.encode(), capture_output=True, check=True).stdout.decode("utf-8").split("\n")[:-1]
    assert len(answers) == len(asked), (len(answers), len(asked))
    return [answer if answer == "ok" else " ".join(answer.split(" ")[:3]) for answer in answers]


def main():
    if len(sys.argv) > 2:
        asked = found_templates(sys.argv[2])
        rows = [hashed(each) for each in asked]
        print("# python3 tests/recorded/make_velocity.py VelocityParse.java FOLDER > tests/recorded/velocity-corpus.tsv")
    else:
        asked = templates()
        rows = [encode(each) for each in asked]
        print("# python3 tests/recorded/make_velocity.py VelocityParse.java > tests/recorded/velocity.tsv")
    for row, answer in zip(rows, ask(sys.argv[1], asked)):
        print(row + "\t" + answer)


main()
