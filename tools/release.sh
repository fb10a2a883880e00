#!/usr/bin/env bash
# Make the archive that deploy/install.sh takes, and its digest: tools/release.sh [COMMIT]. The same commit gives the
# same bytes. Tests, benchmarks and the front end's sources stay out; what is not committed, too.
set -euo pipefail
cd "$(dirname "$0")/.."

commit=$(git rev-parse --verify "${1:-HEAD}^{commit}")
version=$(git show "$commit:pyproject.toml" | sed -n 's/^version = "\(.*\)"$/\1/p')
[ "$(git tag --points-at "$commit" "v$version")" ] || version+=-g$(git rev-parse --short=12 "$commit")
name=smartdrive-$version

mkdir -p artefacts
git -c tar.umask=0022 archive --format=tar --prefix="$name/" "$commit" -- . \
    ':!tests' ':!benchmarks' ':!frontend' ':!docs/pictures' ':!.ci' | gzip -n9 >"artefacts/$name.tar.gz.new"
mv "artefacts/$name.tar.gz.new" "artefacts/$name.tar.gz"
cd artefacts
sha256sum "$name.tar.gz" | tee "$name.tar.gz.sha256"
