#!/usr/bin/env bash
# A release, up to the upload: builds the commit twice, in two folders, and compares the bytes; signs with a key made for this run; and looks whether the bundle for Maven
# Central has everything that Central asks for. Uploads nothing. Needs Maven, a JDK, GnuPG and the plugins of the profile release, and takes a few minutes.
set -euo pipefail

cd "$(dirname "$0")/../.."
folder=$(mktemp -d "${TMPDIR:-/tmp}/fairness-XXXXXX")
trap 'gpgconf --homedir "$folder/keys" --kill all 2> /dev/null || true; rm -rf "$folder"' EXIT
version=$(sed -n '/<artifactId>fairness-maven-plugin</,$ s/^ *<version>\(.*\)<\/version>$/\1/p' pom.xml | head -n 1)
release=${version%-SNAPSHOT}

export GNUPGHOME=$folder/keys MAVEN_GPG_PASSPHRASE=
mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --pinentry-mode loopback --passphrase '' --quick-generate-key 'rehearsal <rehearsal@example.org>' ed25519 sign never

for copy in one two; do
  git archive --prefix="$copy/" HEAD | tar -x -C "$folder"
  sed -i.old "s/<version>$version</<version>$release</" "$folder/$copy/pom.xml"
  rm "$folder/$copy/pom.xml.old"
done
options=(-B -q -Prelease -Dmaven.test.skip -Dinvoker.skip -DskipPublishing=true)
mvn "${options[@]}" -f "$folder/one/pom.xml" -Dgpg.skip package
# The publishing plugin asks for an account before it finds that there is nothing to publish.
echo '<settings><servers><server><id>central</id><username>nobody</username><password>nothing</password></server></servers></settings>' > "$folder/settings.xml"
mvn "${options[@]}" -gs "$folder/settings.xml" -f "$folder/two/pom.xml" -Dmaven.install.skip deploy

name=fairness-maven-plugin-$release
for file in "$name.jar" "$name-sources.jar" "$name-javadoc.jar" "$name-cyclonedx.json" "$name-cyclonedx.xml"; do
  cmp "$folder/one/target/$file" "$folder/two/target/$file"
  echo "twice the same bytes: $file"
done

mkdir "$folder/bundle"
(cd "$folder/bundle" && jar xf "$folder/two/target/central-publishing/central-bundle.zip")
cd "$folder/bundle/io/github/fairnessgate/fairness-maven-plugin/$release"
for file in "$name.pom" "$name.jar" "$name-sources.jar" "$name-javadoc.jar" "$name-cyclonedx.json" "$name-cyclonedx.xml"; do
  gpg --batch --quiet --verify "$file.asc" "$file" 2> /dev/null
  for sum in md5 sha1; do
    test -s "$file.$sum"
  done
  echo "signed, with checksums: $file"
done
for element in name description url license developer connection; do
  grep -q "<$element>" "$name.pom"
done
jar tf "$name-javadoc.jar" | grep -qx 'io/github/fairnessgate/gate/package-summary.html'
jar tf "$name-sources.jar" | grep -qx 'io/github/fairnessgate/gate/Gate.java'
grep -q '"purl" : "pkg:maven/com.fasterxml.jackson.core/jackson-databind@' "$name-cyclonedx.json"
if grep -q 'junit' "$name-cyclonedx.json"; then
  echo "the bill of materials names libraries of tests"
  exit 1
fi
echo "ready to be released: $release"
