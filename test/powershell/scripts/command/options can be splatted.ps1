$options = @('--rm', '--label', 'team=build')
$words = @('sh', '-c', 'echo splat')
Assert-Equal (hcs run @options -- @words) 'splat'
