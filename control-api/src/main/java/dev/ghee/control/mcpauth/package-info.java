/** OAuth 2.1 for MCP hosts and other programs: registration, consent, and a key for a code. */
@NullMarked
package dev.ghee.control.mcpauth;

import org.jspecify.annotations.NullMarked;
