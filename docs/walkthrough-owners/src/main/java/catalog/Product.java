// SPDX-License-Identifier: MIT
package catalog;

record Product(String key, String description) {}
