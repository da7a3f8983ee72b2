# Interpreter threads, each a copy of all data, and forks.
use strict;
use warnings;
use threads;
use Digest::SHA qw(sha256_hex);

my %words = map { ( "k$_" => { list => [ 1 .. $_ % 13 ], text => 'x' x ( $_ % 50 ) } ) } 1 .. 3000;

sub work {
    my ($seed) = @_;
    my $text = join ',', map { "$_=" . scalar( @{ $words{$_}{list} } ) . $words{$_}{text} } sort keys %words;
    my $count = () = $text =~ /x{$seed,}/g;
    $words{"new$_"} = { list => [$_], text => $text } for 1 .. 20;
    return sha256_hex( $text . $count );
}

print join( "\n", map { $_->join } map { threads->create( \&work, $_ ) } 1 .. 8 ), "\n";
for my $seed ( 1 .. 8 ) {
    my $pid = open( my $child, '-|' ) // die "fork: $!";
    if ( $pid == 0 ) { print work($seed), "\n"; exit 0 }
    print <$child>;
}
