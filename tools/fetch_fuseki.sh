#!/usr/bin/env bash
# Fetches the server of Apache Jena Fuseki for the tests, once, by Maven's client: one version, checked by its SHA-512.
# Prints where it is.
set -euo pipefail
artifact=org.apache.jena:jena-fuseki-server:5.5.0:jar
sha512=dae6fd3a260ad78a6ee1ee7aa50c12954ecafcbdf23df8a2369f51f047f74f59c3a14260813d6d824a6b5fedac7567ffc49ab293648668894a7586d8da8fbd61
folder="${XDG_CACHE_HOME:-$HOME/.cache}/migragraph"
jar="$folder/jena-fuseki-server.jar"

is_right() { echo "$sha512  $1" | sha512sum --check --status 2>/dev/null; }

if ! is_right "$jar"; then
    mkdir -p "$folder"
    staging=$(mktemp -d "$folder/staging-XXXXXX")
    trap 'rm -rf "$staging"' EXIT
    mvn --batch-mode --quiet -Dstyle.color=never org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy \
        "-Dartifact=$artifact" "-DoutputDirectory=$staging" -Dmdep.stripVersion=true
    is_right "$staging/jena-fuseki-server.jar" || { echo "the jar of $artifact is not the one expected" >&2; exit 1; }
    mv "$staging/jena-fuseki-server.jar" "$jar"
fi
echo "$jar"
