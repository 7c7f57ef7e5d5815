// Verifies a bundle of a joint record and prints its settled sections. Node 20 or newer, nothing else.
// Usage: node verify.mjs BUNDLE [PARTY=ROOT ...]; written from the reference, sharing no code with merestone.
import { createHash, createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";

const sha = (data) => createHash("sha256").update(data).digest("hex");
const need = (holds, text) => { if (!holds) { console.error(`error: ${text}`); process.exit(20); } };
process.on("uncaughtException", (error) => need(false, `this has not the form of a bundle: ${error.message}`));
const canonical = (v) => Array.isArray(v) ? `[${v.map(canonical)}]` : v && typeof v === "object"
  ? `{${Object.keys(v).sort().map((k) => `${JSON.stringify(k)}:${canonical(v[k])}`)}}` : JSON.stringify(v);
const hashOf = (value) => sha(canonical(value));
const P = 2n ** 255n - 19n, Y8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n;
const badPoint = (raw) => {
  const y = BigInt("0x" + Buffer.from(raw).reverse().toString("hex")) & (2n ** 255n - 1n);
  return y >= P || [0n, 1n, P - 1n, Y8, P - Y8].includes(y);
};
const signed = (key, message, signature) => {
  const x = Buffer.from(key, "hex");
  if (x.length !== 32 || badPoint(x) || signature.length !== 64 || badPoint(signature.subarray(0, 32))) return false;
  return verify(null, message, createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: x.toString("base64url") }, format: "jwk" }), signature);
};
const ROOT = ["founding", "join", "key", "repudiation"], OFFERS = ["proposal", "correction", "amendment", "package", "arrangement", "protocol"], BINDING = ["close", "in_force", "disclosure"];
const TYPE = "application/vnd.merestone.record-entry+json";
let record, agreed, quorum, whole, hidden = [];
const logs = {}, units = {}, reservations = {}, hashes = {};
const other = (party) => Object.keys(logs).find((one) => one !== party);
const standing = (unit, party, view, undecided = false) => { // undecided: counting what a revocation may have come too late for
  let keys = new Set(), all = new Set(), complete = null, reserved = null, gone = false;
  for (const e of (unit.events[party] ?? []).filter((one) => one.seq <= view[party])) {
    if (e.what === "accept") {
      if (logs[party].revocations.some((r) => r.key === e.key && r.since <= e.seq && e.seq < r.seq && r.seq <= view[party]
        && (e.seen && e.seen.seq <= view[other(party)] ? e.seen.ack >= r.seq : !undecided))) continue;
      gone = false; all.add(e.holder);
      if (e.authority && keys.add(e.holder).size >= quorum[party]) complete ??= e;
    } else if (e.what === "lift") reserved = null;
    else { keys = new Set(); all = new Set(); complete = null; if (e.what === "reserve") reserved = e; else gone ||= e.what !== "tie"; }
  }
  return { keys, all, complete, reserved, gone };
};
const both = (unit, view, writer, receipts) => !(whole && unit.kind === "proposal") && Object.keys(logs).every((party) => {
  const e = standing(unit, party, view, !receipts && party === writer).complete; // the writer's own entry is a receipt
  return e && (!receipts || (writer && party !== writer) || e.seen?.seq <= view[other(party)]);
});
const settled = (unit, view, writer) => [unit, ...tiedBy(unit)].some((one) => both(one, view, writer, true));
const tiedBy = (unit) => Object.values(units).filter((one) => !one.void && one.members.includes(unit.hash));
const exchanges = (unit) => [unit.thread, ...unit.members.map((m) => units[m]?.thread)];
const ended = (p) => Object.values(logs).every((log) => log.closed && log.closed <= (log.party === p.party ? p.seq - 1 : p.ack.seq));

function act(entry, p, key) { // judged from what its writer knew: its causal past
  const view = { [p.party]: p.seq - 1, [other(p.party)]: p.ack.seq }, authority = key.role === "authority";
  const known = (name) => units[name] && !units[name].void && units[name].seq <= view[units[name].party] ? units[name] : undefined;
  const mine = (unit) => standing(unit, p.party, view, true), gone = (unit) => standing(unit, unit.party, view, unit.party === p.party).gone;
  const packages = (unit) => tiedBy(unit).filter((one) => known(one.hash));
  const note = (unit, what) => (unit.events[p.party] ??= []).push({ seq: p.seq, key: entry.key, holder: key.holder, authority, what, hash: entry.hash });
  const b = p.body, sections = key.scope?.sections, closed = ended(p); let unit;
  const inScope = (unit) => !sections || (unit.members.length ? unit.members.map((m) => units[m]?.section) : [unit.section]).every((s) => sections.includes(s));
  if (OFFERS.includes(p.type)) {
    const content = p.type === "package" ? b : b.content, members = (b.members ?? []).map(known);
    unit = { hash: entry.hash, party: p.party, seq: p.seq, kind: p.type, section: content.section, content: hashOf(content), members: b.members ?? [], events: {}, thread: entry.hash };
    const answered = b.answers && known(b.answers), of = b.of && known(b.of), follows = ["correction", "amendment"].includes(p.type);
    unit.thread = answered ? answered.thread : follows ? `${b.of}+` : entry.hash;
    unit.void = (b.answers && !answered) || (follows && !(of && settled(of, view, p.party)))
      || members.some((m) => m?.kind !== "proposal" || gone(m)) || new Set(members.map((m) => m?.thread)).size < members.length;
  } else if (p.type === "accept") {
    if (!(unit = known(b.entry)) || unit.content !== b.content || gone(unit) || packages(unit).some((one) => !gone(one))) return;
  } else {
    const lift = p.type === "withdraw" && !known(b.entry), what = lift ? "lift" : p.type;
    if (!(unit = lift ? units[reservations[b.entry]] : known(b.entry))) return;
    const side = mine(unit), about = [unit, ...(p.type === "reserve" ? packages(unit) : [])];
    const weak = !authority && (lift ? side.reserved?.authority : about.some((one) => mine(one).keys.size));
    const idle = p.type === "withdraw" && (lift ? side.reserved?.hash !== b.entry : !side.all.size);
    if (weak || idle || closed || !inScope(unit) || (!lift && about.some((one) => both(one, view, p.party)))) return;
    if (p.type === "reserve") reservations[entry.hash] = unit.hash;
    return about.filter((one) => one === unit || mine(one).all.size).forEach((one) => note(one, one === unit ? what : "replace"));
  }
  const mates = Object.values(units).filter((one) => one !== unit && known(one.hash) && exchanges(one).some((t) => exchanges(unit).includes(t)));
  const replaced = mates.filter((one) => mine(one).all.size), reserved = [unit, ...unit.members.map(known)].some((one) => one && mine(one).reserved);
  const refused = unit.void || closed || !inScope(unit) || reserved || mates.some((one) => both(one, view, p.party)) || (!authority && replaced.some((one) => mine(one).keys.size));
  if (OFFERS.includes(p.type)) { unit.void = refused; units[unit.hash] = unit; }
  if (!refused) for (const one of [unit, ...replaced]) note(one, one === unit ? "accept" : unit.members.includes(one.hash) ? "tie" : "replace");
}

function take(line) {
  const { payload, signatures: [{ keyid, sig }] } = JSON.parse(line), data = Buffer.from(payload, "base64"), raw = Buffer.from(sig, "base64");
  need(canonical({ payload: data.toString("base64"), payloadType: TYPE, signatures: [{ keyid, sig: raw.toString("base64") }] }) === line, "an envelope is not canonical");
  const p = JSON.parse(data), pae = Buffer.concat([Buffer.from(`DSSEv1 ${TYPE.length} ${TYPE} ${data.length} `), data]);
  const name = `${p.party} ${p.seq}`, entry = { hash: sha(line), key: keyid };
  need(Buffer.from(canonical(p)).equals(data) && signed(keyid, pae, raw), `${name}: not canonical, or the signature does not stand`);
  if (!record) {
    const { statement, terms } = p.body; record = hashOf(statement); agreed = hashOf(terms);
    need(p.type === "founding" && statement.terms === agreed, "the bundle does not begin with a founding entry");
    for (const { party, root } of statement.parties) logs[party] = { party, root, seq: 0, head: record, ack: 0, keys: {}, revocations: [] };
    quorum = Object.fromEntries(terms.binding.map((one) => [one.party, one.quorum])); whole = terms.settlement === "as-a-whole";
  }
  const log = logs[p.party], theirs = hashes[`${other(p.party)} ${p.ack.seq}`] ?? record, key = log.keys[keyid];
  need(p.record === record && p.seq === log.seq + 1 && p.prev === log.head && p.ack.seq >= log.ack && p.ack.seq <= logs[other(p.party)].seq && p.ack.head === theirs, `${name}: does not follow`);
  need(p.type !== "join" || (p.body.founding === hashes[`${other(p.party)} 1`] && p.body.terms === agreed), `${name}: joins something else`);
  need(ROOT.includes(p.type) ? keyid === log.root : key && key.since < p.seq && p.seq <= (key.until_seq ?? Infinity) && p.seq < (key.revoked ?? Infinity)
    && (!key.scope?.types || key.scope.types.includes(p.type) || p.type === "receipt") && (!BINDING.includes(p.type) || key.role === "authority"), `${name}: its key may not sign it`);
  if (!ended(p)) for (const unit of Object.values(units)) for (const e of unit.events[other(p.party)] ?? []) if (!e.seen && e.seq <= p.ack.seq) e.seen = { seq: p.seq, ack: p.ack.seq };
  Object.assign(log, { seq: p.seq, head: entry.hash, ack: p.ack.seq }); hashes[name] = entry.hash;
  const { action, key: made, replaces, from_seq: since, ...named } = p.type === "key" ? p.body : {};
  if (made && action !== "revoke") log.keys[made] = { ...named, since: p.seq, holder: log.keys[replaces]?.holder ?? made };
  if (replaces || action === "revoke") log.keys[replaces ?? made].revoked = p.seq;
  if (since && action === "revoke") log.revocations.push({ seq: p.seq, key: made, since });
  if (p.type === "close" && !key.scope?.sections) log.closed ??= p.seq;
  if ([...OFFERS, "accept", "withdraw", "reserve"].includes(p.type)) act(entry, p, key);
}
const [path, ...roots] = process.argv.slice(2), bytes = readFileSync(path);
const at = bytes.lastIndexOf("\n", bytes.length - 2) + 1, lines = bytes.subarray(0, at).toString().split("\n").slice(0, -1), end = JSON.parse(bytes.subarray(at));
need(end.end === true && end.sha256 === sha(bytes.subarray(0, at)) && end.lines === lines.length && canonical(end) + "\n" === bytes.subarray(at).toString(), "the bundle is not whole");
for (const line of lines.slice(1)) {
  const item = line.startsWith('{"payload"') ? take(line) : JSON.parse(line).redacted;
  if (item) { need(logs[item.party].seq + 1 === item.seq, "a redaction is out of place"); Object.assign(logs[item.party], { seq: item.seq, head: item.hash }); hashes[`${item.party} ${item.seq}`] = item.hash; hidden.push(item.type); }
}
for (const [party, root] of roots.map((one) => one.split("="))) need(logs[party]?.root === root, `another root of ${party}`);
const view = Object.fromEntries(Object.values(logs).map((log) => [log.party, log.seq]));
console.log(`verified: ${Object.values(logs).map((log) => `${log.party} ${log.seq}`).sort().join(", ")}; ${hidden.length} entries not disclosed`);
for (const unit of Object.values(units).filter((one) => one.section && ["proposal", "correction", "amendment"].includes(one.kind)))
  if (settled(unit, view)) console.log(`${unit.section} ${hidden.length ? "cannot-say" : "settled"} ${unit.content}`);
