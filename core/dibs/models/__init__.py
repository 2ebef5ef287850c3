"""The frozen value classes of the domain. Pure: no I/O, nothing imported from the rest of the core but errors."""
