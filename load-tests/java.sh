# Sourced. find_java prints a java of version 25 or later, or explains and fails.
find_java() {
  local candidate version
  for candidate in "${JAVA_HOME:-/nonexistent}/bin/java" java /usr/lib/jvm/*/bin/java "$HOME"/.sdkman/candidates/java/*/bin/java; do
    version=$("$candidate" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p') || continue
    if [ -n "$version" ] && [ "$version" -ge 25 ]; then
      echo "$candidate"
      return
    fi
  done
  echo "JDK 25 was not found; set JAVA_HOME" >&2
  return 1
}
