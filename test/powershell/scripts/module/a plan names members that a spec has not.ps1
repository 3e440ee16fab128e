$spec = New-TestSpec cmd
$spec.process.enviroment = @('A=b')
$spec.hostnam = 'box'
$strange = @((Get-HcsPlan $spec).Warnings | Where-Object { $_ -match 'is no member' } | Sort-Object)
Assert-Equal $strange.Count 2
Assert-Match $strange[0] '^spec\.hostnam is no member .* did you mean hostname\?$'
Assert-Match $strange[1] '^spec\.process\.enviroment is no member'
$spec = New-TestSpec cmd
$spec.proces = $spec.process
$spec.Remove('process')
$failure = Assert-Fails { Get-HcsPlan $spec -ErrorAction Stop } 'invalidRequest'
Assert-Match $failure.ErrorDetails.RecommendedAction 'spec\.proces is no member .* did you mean process\?'
