function Get-Hint { param([scriptblock] $Block, [string] $Id = 'invalidRequest') (Assert-Fails $Block $Id).ErrorDetails.RecommendedAction }

# A member that is none, with what was meant.
foreach ($command in { Invoke-HcsContainer -Spec @{ proces = @{ args = 'a', 'b' } } }, { New-HcsContainer -Spec ([pscustomobject] @{ proces = 1 }) }) {
    Assert-Equal (Get-Hint $command) "the spec has a member 'proces', which is none: did you mean process?"
}
Assert-Match (Get-Hint { Invoke-HcsContainer -Spec @{ command = 'a' } }) "'command', which is none; the program is process.args"
# What is missing, and the command that was called.
Assert-Equal (Get-Hint { Invoke-HcsContainer -Spec @{ hostname = 'a' } }) 'add process.args to the spec, or give a command: Invoke-HcsContainer -Spec $spec -Command cmd, /c, ver'
Assert-Equal (Get-Hint { New-HcsContainer -Spec '{}' }) 'add process.args to the spec, or give a command: New-HcsContainer -Spec $spec -Command cmd, /c, ver'
# A plan has no program of its own.
Assert-Match (Get-Hint { Get-HcsPlan -Spec @{ proces = 1 } }) 'Windows part'
# ConvertTo-Json is advice for those who gave JSON.
Assert-Equal (Get-Hint { Invoke-HcsContainer -Spec @{ process = @{ args = 'a'; cwd = '/' } } }) "a list is written with @(), also of one element: @{ args = @('hostname') }"
Assert-Match (Get-Hint { Invoke-HcsContainer -Spec '{"process":{"args":"a","cwd":"/"}}' }) 'ConvertTo-Json'

# An id that is near.
$id = Start-TestContainer
$near = $id.Substring(0, $id.Length - 1)
Assert-Equal (Get-Hint { Get-HcsContainer $near } 'notFound') "did you mean ${id}? Get-HcsContainer without an id lists all"
Assert-Equal (Get-Hint { Stop-HcsContainer $near } 'notFound') "did you mean ${id}? Get-HcsContainer without an id lists all"
Assert-Equal (Get-Hint { Invoke-HcsCommand $near hostname } 'notFound') "did you mean ${id}? Get-HcsContainer without an id lists all"
# Who does not hear of it does not wait for it, either.
$quiet = $null
Get-HcsContainer $near -ErrorAction SilentlyContinue -ErrorVariable quiet
Assert-Equal $quiet[0].ErrorDetails.RecommendedAction 'Get-HcsContainer without an id lists all'
Remove-TestContainer $id
